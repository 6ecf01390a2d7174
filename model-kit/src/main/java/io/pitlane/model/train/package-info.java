/** Trains a flat graph: what to minimise, how to move the weights, when to stop. */
package io.pitlane.model.train;
