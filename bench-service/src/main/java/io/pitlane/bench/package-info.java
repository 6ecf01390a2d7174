/**
 * Bench: measures the size, accuracy and latency of the original and of every model of a run, and
 * checks the last one against the plan's constraints.
 */
package io.pitlane.bench;
