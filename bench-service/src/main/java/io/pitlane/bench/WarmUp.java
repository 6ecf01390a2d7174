package io.pitlane.bench;

import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Runs rounds that do not count until no contender gets faster any more: TensorFlow plans memory
 * and picks kernels at the first calls, the JVM compiles. Steady means that no contender's median
 * over the last window of rounds is more than 2 % below that of the window before.
 */
final class WarmUp {
    private static final int WINDOW_ROUNDS = 5;
    private static final double WINDOW_SECONDS = 0.15;
    private static final double STEADY = 0.98;

    /** A machine too noisy to look steady is warm all the same after this many windows. */
    private static final int MOST_WINDOWS = 12;

    private final LongSupplier nanoTime;

    WarmUp(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void run(Rounds rounds) {
        int previous = 0;
        runWindow(rounds);
        for (int window = 1; window < MOST_WINDOWS; window++) {
            int start = rounds.count();
            runWindow(rounds);
            if (steady(rounds, previous, start)) {
                return;
            }
            previous = start;
        }
    }

    private void runWindow(Rounds rounds) {
        int firstRound = rounds.count();
        long start = nanoTime.getAsLong();
        double seconds = WINDOW_SECONDS * rounds.contenders();
        while (rounds.count() - firstRound < WINDOW_ROUNDS
                || nanoTime.getAsLong() - start < seconds * 1e9) {
            rounds.runOne();
        }
    }

    private static boolean steady(Rounds rounds, int previous, int start) {
        return IntStream.range(0, rounds.contenders())
                .allMatch(
                        c ->
                                rounds.median(c, start, rounds.count())
                                        >= STEADY * rounds.median(c, previous, start));
    }
}
