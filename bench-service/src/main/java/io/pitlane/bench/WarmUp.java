package io.pitlane.bench;

import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Runs rounds that are not counted until no model gets faster any more: TensorFlow plans memory and
 * selects kernels in the first calls, and the JVM compiles. Steady means that no model's median
 * over the last window of rounds is more than 2 % below that of the window before. Models that are
 * slow from the first call on leave little to warm up: the warm-up ends after three seconds a
 * model.
 */
final class WarmUp {
    private static final int WINDOW_ROUNDS = 5;
    private static final double WINDOW_SECONDS = 0.15;
    private static final double STEADY = 0.98;

    private static final double MAX_SECONDS = 3;

    /** Ends the warm-up on a machine too noisy to look steady. */
    private static final int MAX_WINDOWS = 12;

    private final LongSupplier nanoTime;

    WarmUp(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void run(InterleavedRounds rounds) {
        int previous = 0;
        runWindow(rounds);
        for (int window = 1; window < MAX_WINDOWS && !isSpent(rounds); window++) {
            int start = rounds.count();
            runWindow(rounds);
            if (isSteady(rounds, previous, start)) {
                return;
            }
            previous = start;
        }
    }

    private void runWindow(InterleavedRounds rounds) {
        int firstRound = rounds.count();
        long start = nanoTime.getAsLong();
        double seconds = WINDOW_SECONDS * rounds.models();
        do {
            rounds.runOne();
        } while (!isSpent(rounds)
                && (rounds.count() - firstRound < WINDOW_ROUNDS
                        || nanoTime.getAsLong() - start < seconds * 1e9));
    }

    private static boolean isSpent(InterleavedRounds rounds) {
        return rounds.secondsPerModel() >= MAX_SECONDS;
    }

    private static boolean isSteady(InterleavedRounds rounds, int previous, int start) {
        return IntStream.range(0, rounds.models())
                .allMatch(
                        model ->
                                rounds.median(model, start, rounds.count())
                                        >= STEADY * rounds.median(model, previous, start));
    }
}
