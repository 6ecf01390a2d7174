/** What a stage counts and times. */
package io.pitlane.pipeline.metrics;
