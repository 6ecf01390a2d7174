package io.pitlane.model.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.PlanReader;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.data.Preprocessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExampleIT {
    private static final Path EXAMPLES =
            Path.of(System.getProperty("pitlane.root", "..")).resolve("examples");

    @Test
    void theBundledBaselineRecognisesTheBundledImages() throws IOException {
        var plan = PlanReader.read(Files.readString(EXAMPLES.resolve("demo.yaml")));
        var images = ImageSet.open(plan.data().test(), EXAMPLES);

        try (var model = DjlModel.load(EXAMPLES.resolve(plan.model()))) {
            var input = Preprocessor.of(plan.input(), model.input());
            var accuracy = Evaluation.of(model, images, input, done -> {}).accuracy().orElseThrow();

            assertThat(images.size()).isEqualTo(3000);
            assertThat(accuracy.top1()).isGreaterThanOrEqualTo(0.88);
            assertThat(accuracy.perClassRecall()).hasSize(10);
        }
    }
}
