/** Checks a plan against its model and data before a run is started. */
package io.pitlane.evaluation.preflight;
