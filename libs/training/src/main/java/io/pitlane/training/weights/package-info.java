/** Which constants of a graph can be trained, and how they become variables. */
package io.pitlane.training.weights;
