/** From the graph of a SavedModel, with functions and conditions, to a flat one. */
package io.pitlane.graph.savedmodel.inlining;
