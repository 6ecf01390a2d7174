package io.pitlane.nas;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.GraphSession;
import java.util.ArrayList;
import java.util.Collections;

/** The latency of a network for one image, on this machine and with the threads of this process. */
final class SingleImageLatency {
    private static final int WARM_UP_RUNS = 20;
    private static final int MIN_RUNS = 50;
    private static final long MIN_NANOS = 500_000_000;

    private SingleImageLatency() {}

    /**
     * The median of at least 50 runs and half a second, after a warm-up.
     *
     * @param input names the input that takes the images
     * @param images a batch of one, or of the network's fixed batch size
     * @return milliseconds per image
     */
    static double millis(FlatGraph network, InputSpec input, FloatTensor images) {
        try (var session = GraphSession.open(network, input)) {
            for (int i = 0; i < WARM_UP_RUNS; i++) {
                session.run(images);
            }
            var times = new ArrayList<Long>();
            long start = System.nanoTime();
            while (times.size() < MIN_RUNS || System.nanoTime() - start < MIN_NANOS) {
                long before = System.nanoTime();
                session.run(images);
                times.add(System.nanoTime() - before);
            }
            Collections.sort(times);
            return times.get(times.size() / 2) / 1e6 / images.shape()[0];
        }
    }
}
