/** Finds the logits of an output, which losses are computed from. */
package io.pitlane.training.head;
