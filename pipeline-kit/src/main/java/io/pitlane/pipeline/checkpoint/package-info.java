/** How the state of a long work gets into the log while it goes on, and back into a folder. */
package io.pitlane.pipeline.checkpoint;
