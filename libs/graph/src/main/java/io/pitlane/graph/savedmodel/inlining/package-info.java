/** Turns the graph of a SavedModel, with functions and conditions, into a flat one. */
package io.pitlane.graph.savedmodel.inlining;
