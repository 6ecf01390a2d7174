package io.pitlane.contract.run;

import java.time.Instant;

/**
 * A request to cancel a run. The stage that has the run's job ends it, so that a run that ends at
 * the same time ends once.
 *
 * @param runId the run
 * @param requestedAt when it was requested
 */
public record Cancellation(String runId, Instant requestedAt) {}
