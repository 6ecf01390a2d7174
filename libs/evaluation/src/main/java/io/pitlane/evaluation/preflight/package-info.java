/** Checks a plan against its model and data before anything is sent or run. */
package io.pitlane.evaluation.preflight;
