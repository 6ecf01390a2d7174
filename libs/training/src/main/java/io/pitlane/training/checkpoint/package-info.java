/** The state of a training, written and read again. */
package io.pitlane.training.checkpoint;
