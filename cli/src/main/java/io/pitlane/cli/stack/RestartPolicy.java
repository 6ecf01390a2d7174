package io.pitlane.cli.stack;

import java.time.Duration;

/**
 * When a process that ended is restarted, and how it is stopped.
 *
 * @param firstDelay delay before the first restart; doubled with each further one
 * @param maxDelay longest delay
 * @param maxRestarts restarts in a row before giving up
 * @param stableAfter uptime after which the count of restarts begins anew
 * @param stopTimeout time between the request to end and the kill
 */
record RestartPolicy(
        Duration firstDelay,
        Duration maxDelay,
        int maxRestarts,
        Duration stableAfter,
        Duration stopTimeout) {

    static final RestartPolicy DEFAULT =
            new RestartPolicy(
                    Duration.ofMillis(500),
                    Duration.ofSeconds(10),
                    5,
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(10));

    /**
     * The delay before a restart.
     *
     * @param restart number of the restart in a row, from 1
     */
    Duration delay(int restart) {
        var doubled = firstDelay.multipliedBy(1L << Math.min(restart - 1, 20));
        return doubled.compareTo(maxDelay) < 0 ? doubled : maxDelay;
    }
}
