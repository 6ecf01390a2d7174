/** Runs a SavedModel as its users do, and says how right and how faithful it is. */
package io.pitlane.model.eval;
