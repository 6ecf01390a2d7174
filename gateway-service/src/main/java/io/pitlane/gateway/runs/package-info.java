/** Runs: submission, state, events, reports and models. */
package io.pitlane.gateway.runs;
