package io.pitlane.gateway.runs;

import io.pitlane.contract.RunState;
import io.pitlane.gateway.config.GatewayConfig;
import io.pitlane.gateway.errors.ApiException;
import io.pitlane.gateway.errors.HttpStatus;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/**
 * Bounds how many runs are at work at a time: a client in a loop would otherwise fill the queues of
 * every stage. Several requests at once, or several gateways, may go over it by a few.
 */
@Singleton
public class RunCapacity {
    private static final int RETRY_AFTER_SECONDS = 30;

    private final RunRegistry runs;
    private final int most;

    @Inject
    RunCapacity(RunRegistry runs, GatewayConfig config) {
        this(runs, config.runs().activeMax());
    }

    RunCapacity(RunRegistry runs, int most) {
        this.runs = runs;
        this.most = most;
    }

    /** Whether another run may start. */
    public boolean isFree() {
        return runs.count(RunState.Status.RUNNING) < most;
    }

    /**
     * @throws ApiException 429 when no other run may start
     */
    public void requireFree() {
        if (!isFree()) {
            throw new ApiException(
                    HttpStatus.TOO_MANY_REQUESTS,
                    "There are " + most + " runs at work already, as many as may be.",
                    "Try again when some have ended, or raise pitlane.runs.active-max at the"
                            + " gateway.",
                    RETRY_AFTER_SECONDS);
        }
    }
}
