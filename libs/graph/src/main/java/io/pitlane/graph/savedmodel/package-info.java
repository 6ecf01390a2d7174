/** SavedModels in and out, and the checks that make reading a foreign one safe. */
package io.pitlane.graph.savedmodel;
