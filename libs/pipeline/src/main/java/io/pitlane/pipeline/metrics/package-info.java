/** The metrics of a stage. */
package io.pitlane.pipeline.metrics;
