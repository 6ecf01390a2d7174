/** The logits behind an output, which losses are computed from. */
package io.pitlane.training.head;
