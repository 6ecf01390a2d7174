/** Trials of a search, given out to every replica, and their scores coming back. */
package io.pitlane.pipeline.trial;
