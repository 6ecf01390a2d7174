package io.pitlane.nas;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.data.ImageSet;
import io.pitlane.data.batch.Batches;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.training.head.Head;
import java.util.List;

/** The class that a classifier predicts for every image of a set. */
final class Predictions {
    private static final int BATCH = 64;

    private Predictions() {}

    /**
     * Runs a model on all images.
     *
     * @param scores its output of class scores; a single score separates two classes
     * @param spec names the input that takes the images, where there are several
     * @return one class per image, in the order of the set
     */
    static int[] of(
            FlatGraph model,
            TensorRef scores,
            ImageSet images,
            Preprocessor input,
            InputSpec spec) {
        var predicted = new int[images.size()];
        float threshold = threshold(model, scores);
        try (var session = GraphSession.open(model, spec);
                var batches = new Batches(images, input, BATCH).inOrder()) {
            for (var batch = batches.next(); batch != null; batch = batches.next()) {
                var values = session.run(batch.images(), List.of(scores)).get(0).values();
                int classes = values.length / batch.indices().length;
                for (int i = 0; i < batch.size(); i++) {
                    predicted[batch.indices()[i]] =
                            classes == 1
                                    ? values[i] > threshold ? 1 : 0
                                    : argmax(values, i * classes, classes);
                }
            }
        }
        return predicted;
    }

    private static float threshold(FlatGraph model, TensorRef scores) {
        var output =
                model.signature().outputs().stream()
                        .filter(port -> port.tensor().equals(scores))
                        .findFirst()
                        .orElseThrow();
        return Head.of(model, output).kind() == Head.Kind.LINEAR ? 0 : 0.5f;
    }

    private static int argmax(float[] values, int from, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (values[from + i] > values[from + best]) {
                best = i;
            }
        }
        return best;
    }
}
