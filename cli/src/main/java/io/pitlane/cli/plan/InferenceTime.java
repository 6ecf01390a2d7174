package io.pitlane.cli.plan;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.data.ImageSet;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.runtime.GraphSession;
import java.time.Duration;
import java.util.stream.IntStream;

/** How long a model computes, measured on this machine: the basis of a rough estimate. */
final class InferenceTime {
    private static final int BATCH = 32;
    private static final Duration BUDGET = Duration.ofMillis(500);

    private InferenceTime() {}

    /**
     * Seconds for an image: the least of some calls on a batch, after one that is not counted.
     *
     * @param images the first of them are computed
     */
    static double secondsPerImage(FlatGraph model, InputSpec input, ImageSet images) {
        try (var session = GraphSession.open(model, input)) {
            var preprocessor = Preprocessor.of(input, session.input(), images);
            int size = Math.min(preprocessor.fixedBatch().orElse(BATCH), images.size());
            var batch = preprocessor.batch(images, IntStream.range(0, size).toArray());
            session.predict(batch);
            var end = System.nanoTime() + BUDGET.toNanos();
            long least = Long.MAX_VALUE;
            do {
                var start = System.nanoTime();
                session.predict(batch);
                least = Math.min(least, System.nanoTime() - start);
            } while (System.nanoTime() < end);
            return least / 1e9 / size;
        }
    }
}
