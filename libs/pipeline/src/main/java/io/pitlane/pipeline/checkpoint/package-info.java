/** Checkpoints of long work: sending them while the work goes on, and restoring them. */
package io.pitlane.pipeline.checkpoint;
