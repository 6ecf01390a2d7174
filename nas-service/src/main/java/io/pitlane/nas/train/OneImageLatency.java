package io.pitlane.nas.train;

import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.runtime.GraphSession;
import java.util.ArrayList;
import java.util.Collections;

/** How long a network takes for one image, on this machine and with this process's threads. */
public final class OneImageLatency {
    private static final int WARM_UP = 20;
    private static final int LEAST = 50;
    private static final long LEAST_NANOS = 500_000_000;

    private OneImageLatency() {}

    /**
     * The median over at least 50 calls and half a second, after a warm-up.
     *
     * @param image a batch of one
     * @return milliseconds
     */
    public static double millis(FlatGraph network, FloatTensor image) {
        try (var session = GraphSession.open(network)) {
            for (int i = 0; i < WARM_UP; i++) {
                session.run(image);
            }
            var times = new ArrayList<Long>();
            long start = System.nanoTime();
            while (times.size() < LEAST || System.nanoTime() - start < LEAST_NANOS) {
                long before = System.nanoTime();
                session.run(image);
                times.add(System.nanoTime() - before);
            }
            Collections.sort(times);
            return times.get(times.size() / 2) / 1e6;
        }
    }
}
