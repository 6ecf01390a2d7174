package io.pitlane.gateway.runs;

import io.pitlane.contract.run.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How fast a step gets on, as if it went on as it has so far.
 *
 * @param perMinute share of the step that is done in a minute, 0..1 and above
 * @param end when it will be done
 */
public record Pace(double perMinute, Instant end) {
    /** Less says nothing about the rest of the step. */
    private static final double LEAST_SHARE = 0.01;

    private static final Duration LEAST_TIME = Duration.ofSeconds(2);

    /** The pace between two events; empty where they are too close. */
    static Optional<Pace> between(Progress begin, Progress latest) {
        if (begin == null) {
            return Optional.empty();
        }
        double share = latest.fraction() - begin.fraction();
        var time = Duration.between(begin.at(), latest.at());
        if (share < LEAST_SHARE || time.compareTo(LEAST_TIME) < 0) {
            return Optional.empty();
        }
        double perMilli = share / time.toMillis();
        var left = Duration.ofMillis(Math.round((1 - latest.fraction()) / perMilli));
        return Optional.of(
                new Pace(perMilli * Duration.ofMinutes(1).toMillis(), latest.at().plus(left)));
    }

    /** The time left; zero where it is later than expected. */
    public Duration left(Instant now) {
        var left = Duration.between(now, end);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
