package io.pitlane.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.source.ImageSources;
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
        var images = ImageSources.open(plan.data().test(), EXAMPLES);

        var evaluation =
                Evaluator.evaluate(
                        EXAMPLES.resolve(plan.model()), plan.task(), images, plan.input());

        assertThat(images.size()).isEqualTo(3000);
        var accuracy = (Accuracy.Classification) evaluation.accuracy().orElseThrow();
        assertThat(accuracy.top1()).isGreaterThanOrEqualTo(0.88);
        assertThat(accuracy.perClassRecall()).hasSize(10);
    }
}
