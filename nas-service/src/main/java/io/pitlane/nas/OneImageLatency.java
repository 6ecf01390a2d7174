package io.pitlane.nas;

import io.pitlane.contract.InputSpec;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.runtime.GraphSession;
import java.util.ArrayList;
import java.util.Collections;

/** How long a network takes for one image, on this machine and with this process's threads. */
final class OneImageLatency {
    private static final int WARM_UP = 20;
    private static final int LEAST = 50;
    private static final long LEAST_NANOS = 500_000_000;

    private OneImageLatency() {}

    /**
     * The median over at least 50 calls and half a second, after a warm-up.
     *
     * @param input tells which input takes the images
     * @param images a batch of one, or of as many as the network takes at a time
     * @return milliseconds an image
     */
    static double millis(FlatGraph network, InputSpec input, FloatTensor images) {
        try (var session = GraphSession.open(network, input)) {
            for (int i = 0; i < WARM_UP; i++) {
                session.run(images);
            }
            var times = new ArrayList<Long>();
            long start = System.nanoTime();
            while (times.size() < LEAST || System.nanoTime() - start < LEAST_NANOS) {
                long before = System.nanoTime();
                session.run(images);
                times.add(System.nanoTime() - before);
            }
            Collections.sort(times);
            return times.get(times.size() / 2) / 1e6 / images.shape()[0];
        }
    }
}
