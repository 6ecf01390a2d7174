package io.pitlane.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.step.StageName;
import io.pitlane.contract.step.StepWork;
import io.pitlane.evaluation.preflight.Preflight;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanInspectionTest {
    private static final String PLAN =
            """
            name: signs
            model: model
            data:
              train: {images: train-images.idx, labels: train-labels.idx}
              test: {images: test-images.idx, labels: test-labels.idx}
            steps:
              - prune: {ratio: 0.25, fineTune: {epochs: %d}}
              - quantize: {calibration: {method: mse}}
              - bench: {batchSizes: [1], seconds: 2}
            constraints: {maxAccuracyDrop: 0.01}
            deliver: [onnx]
            """;

    @TempDir private Path folder;

    @BeforeEach
    void given() throws IOException {
        var model = SampleGraphs.plain();
        SavedModelWriter.write(model, folder.resolve("model"));
        SampleData.write(folder, "train", 64, model, InputSpec.DEFAULT);
        SampleData.write(folder, "test", 8, model, InputSpec.DEFAULT);
    }

    @Test
    void theSummarySaysWhatIsReadAndWhatRuns() throws IOException {
        assertThat(summary(PLAN.formatted(3)).render().lines())
                .contains("plan      signs, for classification")
                .contains(
                        "train     64 images with classes, from train-images.idx, train-labels.idx")
                .contains("          {ratio: 0.25, fineTune: {epochs: 3}}")
                .contains("passes    if {maxAccuracyDrop: 0.01} is met")
                .contains("delivers  onnx, as far as the format can express the model")
                .anyMatch(
                        line ->
                                line.startsWith(
                                        "step 1    prune: removes 25 % of the channels, then"
                                                + " fine-tunes for 3 epochs; about "))
                .anyMatch(line -> line.startsWith("takes     about "));
    }

    @Test
    void aPlanThatLimitsNeitherAccuracyNorFidelityPassesByTheDefaultLimit() throws IOException {
        var speed = PLAN.formatted(1).replace("maxAccuracyDrop: 0.01", "minSizeRatio: 2");

        assertThat(summary(speed).render().lines())
                .contains("passes    if {minSizeRatio: 2.0, maxAccuracyDrop: 0.01} is met");
    }

    @Test
    void theTimeOfAStepFollowsItsOptions() {
        var estimate = new TimeEstimate(0.001, 1000, 100, 3);
        var once = estimate.seconds(StageName.PRUNE, new StepWork(1, 0, 0));
        var tenTimes = estimate.seconds(StageName.PRUNE, new StepWork(10, 0, 0));

        assertThat(tenTimes - once).isCloseTo(9 * 4, within(1e-9));
        assertThat(TimeEstimate.words(tenTimes)).isEqualTo("about 45 s");
        assertThat(TimeEstimate.words(1)).isEqualTo("about 5 s");
        assertThat(TimeEstimate.words(150)).isEqualTo("about 3 min");
        assertThat(TimeEstimate.words(7000)).isEqualTo("about 2 h");
    }

    @Test
    void theSummaryIsDataForPrograms() throws IOException {
        var json = ContractJson.MAPPER.valueToTree(summary(PLAN.formatted(1)));

        assertThat(json.at("/steps/0/options/ratio").asDouble()).isEqualTo(0.25);
        assertThat(json.at("/steps/2/seconds").asDouble()).isGreaterThan(6);
        assertThat(json.at("/train/count").asInt()).isEqualTo(64);
        assertThat(json.at("/model/parameters").asLong()).isPositive();
    }

    @Test
    void dataThatDoesNotFitTheModelIsRefused() {
        var wrong = PLAN.formatted(1).replace("deliver:", "input: {channels: grey}\ndeliver:");

        assertThatThrownBy(() -> summary(wrong)).isInstanceOf(FailureException.class);
    }

    private PlanSummary summary(String plan) throws IOException {
        var file = PlanFile.read(Files.writeString(folder.resolve("plan.yaml"), plan));
        return new PlanInspection(file, Preflight::check).summary();
    }
}
