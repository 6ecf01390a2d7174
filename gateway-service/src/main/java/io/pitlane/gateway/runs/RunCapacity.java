package io.pitlane.gateway.runs;

import io.pitlane.contract.run.RunState;
import io.pitlane.gateway.config.GatewayConfig;
import io.pitlane.gateway.errors.ApiException;
import io.pitlane.gateway.errors.HttpStatus;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/**
 * Limits the number of running runs: a client in a loop would otherwise fill the queues of every
 * stage. Concurrent requests and several gateways may exceed it by a few.
 */
@Singleton
public class RunCapacity {
    private static final int RETRY_AFTER_SECONDS = 30;

    private final RunRegistry runs;
    private final int max;

    @Inject
    RunCapacity(RunRegistry runs, GatewayConfig config) {
        this(runs, config.runs().activeMax());
    }

    RunCapacity(RunRegistry runs, int max) {
        this.runs = runs;
        this.max = max;
    }

    /** Whether another run may start. */
    public boolean isFree() {
        return runs.count(RunState.Status.RUNNING) < max;
    }

    /**
     * @throws ApiException 429 when no other run may start
     */
    public void requireFree() {
        if (!isFree()) {
            throw new ApiException(
                    HttpStatus.TOO_MANY_REQUESTS,
                    "There are " + max + " active runs, as many as allowed.",
                    "Try again when some have ended, or raise pitlane.runs.active-max at the"
                            + " gateway.",
                    RETRY_AFTER_SECONDS);
        }
    }
}
