package io.pitlane.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
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

class DistillStepCheckTest {
    private static final int IMAGES = 5;

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
    void aStudentThatDoesNotFitTheModelIsRefusedWithItsField() {
        SavedModelWriter.write(SampleGraphs.residual(), folder.resolve("fits"));
        SavedModelWriter.write(SampleGraphs.unet(), folder.resolve("unet"));

        assertThatCode(() -> check(plan("{distill: {student: {model: fits}}}", true)))
                .doesNotThrowAnyException();
        assertRefused(
                plan("{distill: {student: {model: unet}}}", true),
                "steps[0].distill.student.model");
        assertRefused(
                plan("{distill: {teacher: {model: nowhere}}}", true), "nowhere", "does not exist");
    }

    @Test
    void anAblationNeedsLabels() {
        assertThatCode(() -> check(plan("{distill: {ablation: true}}", true)))
                .doesNotThrowAnyException();
        assertRefused(
                plan("{distill: {ablation: true}}", false), "steps[0].distill.ablation", "labels");
    }

    @Test
    void aShallowStudentNeedsResidualBlocks() {
        var shallow = plan("{distill: {student: {depth: 0.5}}}", true);
        assertRefused(shallow, "steps[0].distill.student.depth", "no residual block");

        model = folder.resolve("residual");
        SavedModelWriter.write(SampleGraphs.residual(), model);
        assertThatCode(() -> check(shallow)).doesNotThrowAnyException();
    }

    @Test
    void aStudentOfWhatASearchFoundNeedsNoBlocksOfTheOriginal() {
        var plan = plan("{nas: {}}, {distill: {student: {depth: 0.5}}}", true);

        assertThatCode(() -> new DistillStage().check(new PlannedStep(plan, 1, model, folder)))
                .doesNotThrowAnyException();
    }

    private static Plan plan(String steps, boolean hasLabels) {
        return PlanReader.read(
                """
                name: test
                model: model
                data: {train: {images: images%s}, test: {images: images}}
                steps: [%s]
                """
                        .formatted(hasLabels ? ", labels: labels" : "", steps));
    }

    private void check(Plan plan) {
        new DistillStage().check(new PlannedStep(plan, 0, model, folder));
    }

    private void assertRefused(Plan plan, String... words) {
        assertThatThrownBy(() -> check(plan))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        refusal -> {
                            assertThat(refusal.kind()).isEqualTo(Failure.Kind.INVALID_INPUT);
                            assertThat(refusal.getMessage()).contains(words);
                            assertThat(refusal.action()).isNotBlank();
                        });
    }
}
