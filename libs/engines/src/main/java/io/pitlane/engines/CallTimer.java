package io.pitlane.engines;

import io.pitlane.graph.FloatTensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Times calls of models. The calls of all models alternate, so that what else the machine does
 * concerns all of them. A figure is the fifth percentile of the calls of a model: on a quiet
 * machine it is near the median; on a busy one most calls are interrupted by other processes, and
 * only the fastest ones tell what the model takes.
 */
public final class CallTimer {
    private static final int WARM_UP = 5;
    private static final int LEAST_ROUNDS = 15;
    private static final int MOST_ROUNDS = 2000;
    private static final double PERCENTILE = 0.05;

    private final double seconds;
    private final LongSupplier nanoTime;

    /**
     * A timer.
     *
     * @param seconds of timed calls for each model
     */
    public CallTimer(double seconds) {
        this(seconds, System::nanoTime);
    }

    /** A timer with a clock of its own, which counts nanoseconds. */
    CallTimer(double seconds, LongSupplier nanoTime) {
        this.seconds = seconds;
        this.nanoTime = nanoTime;
    }

    /**
     * Milliseconds that a call of each model takes.
     *
     * @param models not closed here
     * @param image a batch that all of them take
     */
    public double[] millis(List<? extends EngineModel> models, FloatTensor image) {
        for (int i = 0; i < WARM_UP; i++) {
            models.forEach(model -> model.predict(image));
        }
        var nanos = new long[models.size()][MOST_ROUNDS];
        int rounds = 0;
        double most = seconds * models.size() * 1e9;
        long start = nanoTime.getAsLong();
        while (rounds < LEAST_ROUNDS
                || rounds < MOST_ROUNDS && nanoTime.getAsLong() - start < most) {
            for (int i = 0; i < nanos.length; i++) {
                long from = nanoTime.getAsLong();
                models.get(i).predict(image);
                nanos[i][rounds] = nanoTime.getAsLong() - from;
            }
            rounds++;
        }
        int timed = rounds;
        return Arrays.stream(nanos).mapToDouble(each -> percentile(each, timed)).toArray();
    }

    private static double percentile(long[] nanos, int count) {
        var sorted = Arrays.stream(nanos, 0, count).sorted().toArray();
        return sorted[(int) (PERCENTILE * count)] / 1e6;
    }
}
