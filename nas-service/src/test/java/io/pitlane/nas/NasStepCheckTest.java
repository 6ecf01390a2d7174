package io.pitlane.nas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.PlannedStep;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NasStepCheckTest {
    private static final int IMAGES = 5;
    private static final Plan PLAN =
            PlanReader.read(
                    """
                    name: test
                    model: model
                    data: {train: {images: images, labels: labels}, test: {images: images}}
                    steps: [{nas: {}}]
                    """);

    @TempDir Path folder;
    private Path model;

    @BeforeEach
    void given() throws IOException {
        model = folder.resolve("model");
        SavedModelWriter.write(SampleGraphs.plain(), model);
        var images = ByteBuffer.allocate(20 + IMAGES * 16 * 16 * 3);
        images.putInt(0x0804).putInt(IMAGES).putInt(16).putInt(16).putInt(3);
        Files.write(folder.resolve("images"), images.array());
        var labels = ByteBuffer.allocate(8 + IMAGES);
        labels.putInt(0x0801).putInt(IMAGES);
        Files.write(folder.resolve("labels"), labels.array());
    }

    @Test
    void aSearchNeedsImagesToCompareNetworksOn() {
        assertRefused("steps[0].nas", "5 training images are too few");
    }

    @Test
    void aSearchNeedsClassScores() {
        model = folder.resolve("unet");
        SavedModelWriter.write(SampleGraphs.unet(), model);

        assertRefused("steps[0].nas", "no float32 class scores");
    }

    private void assertRefused(String... words) {
        assertThatThrownBy(() -> new NasStage().check(new PlannedStep(PLAN, 0, model, folder)))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        refusal -> {
                            assertThat(refusal.kind()).isEqualTo(Failure.Kind.INVALID_INPUT);
                            assertThat(refusal.getMessage()).contains(words);
                            assertThat(refusal.action()).isNotBlank();
                        });
    }
}
