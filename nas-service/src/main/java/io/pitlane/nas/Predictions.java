package io.pitlane.nas;

import io.pitlane.contract.InputSpec;
import io.pitlane.model.data.Batches;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.data.Preprocessor;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.TensorRef;
import io.pitlane.model.runtime.GraphSession;
import io.pitlane.model.train.Head;
import java.util.List;

/** The first choice of a classifier for every image of a set. */
final class Predictions {
    private static final int BATCH = 64;

    private Predictions() {}

    /**
     * Asks a model.
     *
     * @param scores its output of class scores; one score alone tells two classes apart
     * @param spec tells which of several inputs takes the images
     * @return a class an image, in the order of the set
     */
    static int[] of(
            FlatGraph model,
            TensorRef scores,
            ImageSet images,
            Preprocessor input,
            InputSpec spec) {
        var found = new int[images.size()];
        float middle = middle(model, scores);
        try (var session = GraphSession.open(model, spec);
                var batches = new Batches(images, input, BATCH).inOrder()) {
            for (var batch = batches.next(); batch != null; batch = batches.next()) {
                var answer = session.run(batch.images(), List.of(scores)).get(0).values();
                int classes = answer.length / batch.indices().length;
                for (int i = 0; i < batch.size(); i++) {
                    found[batch.indices()[i]] =
                            classes == 1
                                    ? answer[i] > middle ? 1 : 0
                                    : highest(answer, i * classes, classes);
                }
            }
        }
        return found;
    }

    private static float middle(FlatGraph model, TensorRef scores) {
        var output =
                model.signature().outputs().stream()
                        .filter(port -> port.tensor().equals(scores))
                        .findFirst()
                        .orElseThrow();
        return Head.of(model, output).kind() == Head.Kind.LINEAR ? 0 : 0.5f;
    }

    private static int highest(float[] values, int from, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (values[from + i] > values[from + best]) {
                best = i;
            }
        }
        return best;
    }
}
