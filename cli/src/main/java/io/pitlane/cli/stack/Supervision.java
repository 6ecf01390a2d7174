package io.pitlane.cli.stack;

import java.time.Duration;

/**
 * How a process is kept running and how it is stopped.
 *
 * @param firstDelay wait before the first restart; it doubles with each further one
 * @param maxDelay longest wait
 * @param maxRestarts restarts in a row before giving up
 * @param steadyAfter a process that ran this long before it died starts a new count
 * @param grace time to end in after being asked to; then it is killed
 */
record Supervision(
        Duration firstDelay,
        Duration maxDelay,
        int maxRestarts,
        Duration steadyAfter,
        Duration grace) {

    static final Supervision DEFAULT =
            new Supervision(
                    Duration.ofMillis(500),
                    Duration.ofSeconds(10),
                    5,
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(10));

    /**
     * The wait before a restart.
     *
     * @param restart which one in a row, from 1 on
     */
    Duration delay(int restart) {
        var doubled = firstDelay.multipliedBy(1L << Math.min(restart - 1, 20));
        return doubled.compareTo(maxDelay) < 0 ? doubled : maxDelay;
    }
}
