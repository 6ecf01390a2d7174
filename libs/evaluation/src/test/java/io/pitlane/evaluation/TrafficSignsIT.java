package io.pitlane.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.source.ImageSources;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrafficSignsIT {
    private static final Path SHARED = Path.of(System.getProperty("pitlane.shared", "../shared"));

    @Test
    void theKerasModelReachesItsKnownAccuracy() {
        assumeThat(SHARED.resolve("models/keras-gtsrb"))
                .as("the GTSRB model and images, which the project may not carry")
                .isDirectory();
        var images =
                ImageSources.open(
                        new DataSource.Idx(
                                "test-images-idx4-ubyte.gz", "test-labels-idx1-ubyte.gz"),
                        SHARED.resolve("data/gtsrb"));
        var spec = InputSpec.builder().resize(List.of(30, 30)).build();

        var model = SHARED.resolve("models/keras-gtsrb");
        var evaluation = Evaluator.evaluate(model, Task.CLASSIFICATION, images, spec);

        var accuracy = (Accuracy.Classification) evaluation.accuracy().orElseThrow();
        assertThat(accuracy.top1()).isCloseTo(0.947, within(0.005));
        assertThat(accuracy.perClassRecall()).hasSize(43);
    }
}
