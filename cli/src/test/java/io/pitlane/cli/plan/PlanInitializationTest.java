package io.pitlane.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.cli.model.ImportOptions;
import io.pitlane.cli.model.ModelSheet;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.step.StageName;
import io.pitlane.evaluation.preflight.Preflight;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.footprint.ModelDescription;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ModelAdvice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanInitializationTest {
    private static final InputSpec CENTRED =
            InputSpec.builder().scale(1 / 127.5).mean(List.of(1.0)).build();

    @TempDir private Path folder;

    @Test
    void thePlanReadsTheDataAndScalesImagesAsTheModelExpects() throws IOException {
        // Given
        var model = given(SampleGraphs.plain());
        var data = Files.createDirectory(folder.resolve("data"));
        SampleData.write(data, "train", 40, model, CENTRED);
        SampleData.write(data, "test", 40, model, CENTRED);

        // When
        init(model, data);

        // Then
        var plan = PlanFile.read(folder.resolve("plans/plan.yaml"));
        assertThat(plan.plan().input()).isEqualTo(CENTRED);
        assertThat(plan.plan().task()).isEqualTo(Task.CLASSIFICATION);
        assertThat(plan.plan().steps())
                .extracting(step -> step.stage().label())
                .containsExactly("prune", "distill", "quantize", "bench");
        Preflight.check(plan.plan(), plan.model(), plan.folder());
        assertThat(plan.file())
                .content()
                .contains(
                        "# Of the usual scalings, values -1..1 give the best accuracy: 1.00 on 40")
                .contains("  # leaves 'dense2' alone: its channels are the classes\n")
                .contains("constraints: {maxAccuracyDrop: 0.01}");
    }

    @Test
    void theSmokeTestDoesNotTrain() throws IOException {
        // Given
        var model = given(SampleGraphs.plain());
        var data = Files.createDirectory(folder.resolve("data"));
        SampleData.write(data, "train", 4, model, CENTRED);
        SampleData.write(data, "test", 4, model, CENTRED);

        // When
        init(model, data);

        // Then
        var plan = PlanFile.read(folder.resolve("plans/smoke.yaml"));
        assertThat(plan.plan().steps()).allSatisfy(s -> assertThat(s.work().epochs()).isZero());
        assertThat(plan.plan().bench().work().modelSeconds()).isLessThan(1);
    }

    @Test
    void withoutDataThereArePlacesToFillIn() throws IOException {
        // Given
        var model = given(SampleGraphs.unet());

        // When
        init(model, null);

        // Then
        var text = Files.readString(folder.resolve("plans/plan.yaml"));
        var plan = PlanReader.read(text);
        assertThat(plan.task()).isEqualTo(Task.SEGMENTATION);
        assertThat(plan.model()).isEqualTo("../model");
        assertThat(text).contains("train: {folder: path/to/train}", "# Not checked: there was no");
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        var model = given(SampleGraphs.plain());
        Files.createDirectory(folder.resolve("plans"));
        Files.writeString(folder.resolve("plans/smoke.yaml"), "mine");

        assertThatThrownBy(() -> init(model, null))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("smoke.yaml exists already");
        assertThat(folder.resolve("plans/plan.yaml")).doesNotExist();
    }

    @Test
    void aFolderWithoutKnownNamesIsRefused() throws IOException {
        var model = given(SampleGraphs.plain());
        var data = Files.createDirectory(folder.resolve("data"));

        assertThatThrownBy(() -> init(model, data))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("has no training data");
    }

    @Test
    void dataIsFoundByItsNames() throws IOException {
        var data = Files.createDirectory(folder.resolve("data"));
        Files.createDirectory(data.resolve("train"));
        Files.writeString(data.resolve("val-00000-of-00001.tfrecord"), "");
        Files.writeString(data.resolve("notes.txt"), "");

        var found = DataLayout.find(data);

        assertThat(found.train().paths()).containsOnlyKeys("folder");
        assertThat(found.test().paths().values())
                .containsExactly(data.resolve("val-00000-of-00001.tfrecord").toString());
    }

    private FlatGraph given(FlatGraph model) {
        SavedModelWriter.write(model, folder.resolve("model"));
        return model;
    }

    private void init(FlatGraph model, Path data) {
        var advice =
                new ModelAdvice(List.of("leaves 'dense2' alone: its channels are the classes"));
        var sheet =
                new ModelSheet(
                        ModelDescription.of(model),
                        Optional.empty(),
                        Map.of(StageName.PRUNE, advice),
                        List.of(),
                        List.of(),
                        1000);
        new PlanInitialization(folder.resolve("model"), ImportOptions.INFERRED, data)
                .write(folder.resolve("plans"), sheet);
    }
}
