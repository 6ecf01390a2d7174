/** Saves and restores the state of a training. */
package io.pitlane.training.checkpoint;
