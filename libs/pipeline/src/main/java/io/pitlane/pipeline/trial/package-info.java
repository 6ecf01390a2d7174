/** Trials of a search, distributed to every replica, and their scores. */
package io.pitlane.pipeline.trial;
