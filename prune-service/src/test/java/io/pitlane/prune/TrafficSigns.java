package io.pitlane.prune;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.data.source.ImageSources;
import io.pitlane.evaluation.Evaluator;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A real Keras model and real images: traffic signs of 43 classes. */
final class TrafficSigns {
    private static final InputSpec INPUT = InputSpec.builder().resize(List.of(30, 30)).build();
    private static final DataSource TRAIN =
            new DataSource.Idx("train-images-idx4-ubyte.gz", "train-labels-idx1-ubyte.gz");
    private static final DataSource TEST =
            new DataSource.Idx("test-images-idx4-ubyte.gz", "test-labels-idx1-ubyte.gz");

    private final Path model;
    private final Path data;

    private TrafficSigns(Path shared) {
        this.model = shared.resolve("models/keras-gtsrb");
        this.data = shared.resolve("data/gtsrb");
    }

    /** Ends a test, with the reason, where the files are missing. */
    static TrafficSigns orSkip() {
        var shared = Path.of(System.getProperty("pitlane.shared", "../shared"));
        var signs = new TrafficSigns(shared);
        assumeThat(Files.exists(signs.model) && Files.exists(signs.data))
                .as("the GTSRB model and images lie in %s", shared)
                .isTrue();
        return signs;
    }

    /** The SavedModel. */
    Path model() {
        return model;
    }

    /** What the stage makes of it. */
    ModelMade prune(PruneStep step, Path scratch) throws IOException {
        return new PruneRun(model, new DataSpec(TRAIN, TEST), INPUT, data, scratch).prune(step);
    }

    /** Share of the test images, 0..1, that a model classifies rightly. */
    double accuracy(Path savedModel) {
        return Evaluator.evaluate(
                        savedModel, Task.CLASSIFICATION, ImageSources.open(TEST, data), INPUT)
                .accuracy()
                .orElseThrow()
                .headline()
                .value();
    }
}
