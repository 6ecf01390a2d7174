package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.finding.PruningSearch;
import io.pitlane.contract.finding.ReconstructionResult;
import io.pitlane.contract.finding.WeightSparsity;
import io.pitlane.contract.pruning.GroupSparsity;
import io.pitlane.contract.pruning.PruningTarget;
import io.pitlane.contract.pruning.Reconstruction;
import io.pitlane.contract.pruning.Regrowth;
import io.pitlane.contract.pruning.SparsitySchedule;
import io.pitlane.contract.pruning.SparsitySchedule.Shape;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.PruneStep.Method;
import io.pitlane.contract.step.PruneStep.Scope;
import io.pitlane.contract.step.StageName;
import io.pitlane.contract.training.Training;
import io.pitlane.data.QuadrantImages;
import io.pitlane.data.source.ImageSources;
import io.pitlane.evaluation.Evaluator;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PruneStageTest {
    private static final InputSpec INPUT = QuadrantNet.INPUT;
    private static final Training NONE = Training.builder().epochs(0).build();
    private static final Training SHORT =
            Training.builder().epochs(6).learningRate(0.01).batchSize(32).build();

    @TempDir static Path folder;
    private static Path original;
    private static DataSource train;
    private static DataSource test;

    @BeforeAll
    static void trainAnOriginal() throws IOException {
        TensorFlowRuntime.load();
        train = QuadrantImages.write(folder, "train", 400, 1);
        test = QuadrantImages.write(folder, "test", 400, 2);
        var trained = QuadrantNet.trained(ImageSources.open(train, folder));
        original = folder.resolve("original");
        SavedModelWriter.write(trained, original);
    }

    @Test
    void theServiceLoaderFindsTheStage() {
        assertThat(ServiceLoader.load(Stage.class))
                .singleElement()
                .satisfies(stage -> assertThat(stage.name()).isEqualTo(StageName.PRUNE));
    }

    @Test
    void fineTuningRecoversThePrunedModel() throws IOException {
        double before = accuracy(original);

        var untuned = prune(cutOnly(NONE), ProgressListener.NONE);
        var tuned = prune(cutOnly(SHORT), ProgressListener.NONE);

        assertThat(before).isGreaterThan(0.9);
        assertThat(accuracy(untuned.savedModel())).isLessThan(before - 0.15);
        assertThat(accuracy(tuned.savedModel())).isGreaterThan(before - 0.1);
        assertThat(kernel(tuned, "c2/kernel").shape()).containsExactly(3, 3, 4, 4);
    }

    @Test
    void reconstructionRecoversThePrunedModelWithoutTraining() throws IOException {
        var cut = prune(cutOnly(NONE), ProgressListener.NONE);
        var restored = prune(step(Method.CHANNELS, 0.75, null, NONE), ProgressListener.NONE);

        assertThat(accuracy(restored.savedModel()))
                .isGreaterThan((accuracy(cut.savedModel()) + accuracy(original)) / 2);
        assertThat(restored.findings())
                .singleElement()
                .isInstanceOfSatisfying(
                        ReconstructionResult.class,
                        result -> assertThat(result.layers()).hasSize(2));
    }

    private static PruneStep cutOnly(Training fineTune) {
        return step(Method.CHANNELS, 0.75, null, fineTune).toBuilder()
                .reconstruction(Reconstruction.OFF)
                .build();
    }

    @Test
    void aMaskedWeightStaysZeroThroughFineTuning() throws IOException {
        var step = step(Method.MAGNITUDE, 0.8, Scope.LAYERWISE, SHORT);

        var made = prune(step, ProgressListener.NONE);

        assertThat(zeroShare(kernel(made, "c2/kernel"))).isCloseTo(0.8, within(0.001));
        assertThat(zeroShare(kernel(made, "d/kernel"))).isCloseTo(0.8, within(0.01));
        assertThat(accuracy(made.savedModel())).isGreaterThan(0.8);
        assertThat(made.notes().get(0))
                .isEqualTo("weights removed: 2163 of 2704 in 3 kernels, a sparsity of 0.7999");
    }

    @Test
    void theSparsityGrowsDuringFineTuning() throws IOException {
        // Given 7 steps an epoch
        var cubic = new SparsitySchedule(null, null, null, null);
        var step = magnitude().ratio(0.8).schedule(cubic).fineTune(SHORT).build();

        // When
        var made = prune(step, ProgressListener.NONE);

        // Then
        assertThat(made.notes().get(0))
                .isEqualTo("weights removed: 2163 of 2704 in 3 kernels, a sparsity of 0.7999");
        assertThat(made.notes()).anyMatch(note -> note.contains("other than zero 2.74 k -> 577"));
        assertThat(accuracy(made.savedModel())).isGreaterThan(0.8);
    }

    @Test
    void exchangedWeightsKeepTheSparsityOfEveryKernel() throws IOException {
        // Given
        var regrowth = new Regrowth(null, null, 3);
        var options = magnitude().ratio(0.8).scope(Scope.LAYERWISE).fineTune(SHORT);

        // When
        var exchanged = prune(options.regrowth(regrowth).build(), ProgressListener.NONE);
        var same = prune(options.regrowth(null).build(), ProgressListener.NONE);

        // Then
        for (var name : List.of("c1/kernel", "c2/kernel", "d/kernel")) {
            assertThat(zeroShare(kernel(exchanged, name))).isEqualTo(zeroShare(kernel(same, name)));
        }
        assertThat(places(kernel(exchanged, "c2/kernel")))
                .isNotEqualTo(places(kernel(same, "c2/kernel")));
        assertThat(accuracy(exchanged.savedModel())).isGreaterThan(0.8);
    }

    @Test
    void thePatternHoldsThroughAGradualFineTuning() throws IOException {
        // Given
        var linear = new SparsitySchedule(Shape.LINEAR, null, null, null);
        var step = magnitude().pattern("2:4").schedule(linear).fineTune(SHORT).build();

        // When
        var made = prune(step, ProgressListener.NONE);
        var kernel = kernel(made, "c2/kernel");

        // Then of 4 adjacent inputs of [3, 3, 16, 16], two are left
        for (int position = 0; position < 9; position++) {
            for (int output = 0; output < 16; output++) {
                for (int group = 0; group < 16; group += 4) {
                    int zeros = 0;
                    for (int input = group; input < group + 4; input++) {
                        float weight = kernel.values()[(position * 16 + input) * 16 + output];
                        zeros += weight == 0 ? 1 : 0;
                    }
                    assertThat(zeros).isEqualTo(2);
                }
            }
        }
        assertThat(made.findings())
                .containsExactly(
                        new WeightSparsity(
                                "2:4",
                                List.of(
                                        new WeightSparsity.Layer("c2", 2304, 1152),
                                        new WeightSparsity.Layer("d", 256, 128))));
    }

    private static PruneStep.Builder magnitude() {
        return PruneStep.builder().method(Method.MAGNITUDE);
    }

    private static FloatTensor places(FloatTensor kernel) {
        return kernel.map(weight -> weight == 0 ? 0 : 1);
    }

    @Test
    void progressRisesFromZeroToOne() throws IOException {
        var fractions = new ArrayList<Double>();

        prune(step(Method.CHANNELS, 0.5, null, SHORT), (fraction, m) -> fractions.add(fraction));

        assertThat(fractions).isSorted().startsWith(0.0).endsWith(1.0).hasSizeGreaterThan(6);
    }

    @Test
    void theNotesReportRemovedAndKeptChannels() throws IOException {
        var made = prune(step(Method.CHANNELS, 0.5, null, NONE), ProgressListener.NONE);

        assertThat(made.notes())
                .contains("channels removed: 16 of 32 removable, in 2 of 3 groups of layers")
                .contains(
                        "parameters other than zero 2.74 k -> 796, MACs for one image 46.3 k -> 14.0 k")
                .contains("left alone: d: output 'probs' of the model needs every channel")
                .contains("not fine-tuned: fineTune.epochs is 0");
    }

    @Test
    void theNotesTellWhichEpochIsKept() throws IOException {
        // Given: a rate that takes the model away from its minimum, so that training soon stops
        var away = SHORT.toBuilder().epochs(20).learningRate(0.3).patience(2).build();

        // When
        var trained = prune(cutOnly(SHORT), ProgressListener.NONE);
        var stopped = prune(step(Method.CHANNELS, 0.1, null, away), ProgressListener.NONE);

        // Then
        assertThat(trained.notes())
                .anyMatch(
                        note ->
                                note.matches(
                                        "fine-tuned for 6 of 6 epochs at learning rate 0.01: epoch [1-6] is kept"));
        assertThat(stopped.notes())
                .contains(
                        "fine-tuned for 2 of 20 epochs at learning rate 0.3: none was better than the start, which is"
                                + " kept");
    }

    @Test
    void theLargestCutThatKeepsTheLimitIsMade() throws IOException {
        // Given
        var limited = PruneStep.builder().ratio(0.9).maxAccuracyDrop(0.05).fineTune(SHORT).build();

        // When
        var made = prune(limited, ProgressListener.NONE);

        // Then
        var search =
                made.findings().stream()
                        .filter(PruningSearch.class::isInstance)
                        .map(PruningSearch.class::cast)
                        .findFirst()
                        .orElseThrow();
        var kept =
                search.tries().stream()
                        .filter(each -> search.chosen().equals(each.amount()))
                        .findFirst()
                        .orElseThrow();
        assertThat(kept.held()).isTrue();
        assertThat(search.tries())
                .filteredOn(each -> each.amount() > kept.amount())
                .noneMatch(PruningSearch.Try::held);
        assertThat(search.samples()).isEqualTo(40);
        assertThat(accuracy(made.savedModel())).isGreaterThan(accuracy(original) - 0.15);
        int channels = (int) kernel(made, "c2/kernel").shape()[3];
        assertThat(16 - channels)
                .isEqualTo((int) Math.round(16 * ((PruneStep) kept.step()).ratio()));
    }

    @Test
    void aTrainingBeforeTheCutIsNoted() throws IOException {
        // Given
        var step =
                PruneStep.builder()
                        .ratio(0.75)
                        .reconstruction(Reconstruction.OFF)
                        .groupSparsity(new GroupSparsity(0.003, 8))
                        .fineTune(SHORT.withEpochs(0))
                        .build();

        // When
        var made = prune(step, ProgressListener.NONE);

        // Then
        var untrained = prune(step.toBuilder().groupSparsity(null).build(), ProgressListener.NONE);
        assertThat(made.notes())
                .contains(
                        "trained before the cut, with the norms of the channels: 8 epochs,"
                                + " strength 0.003");
        assertThat(accuracy(made.savedModel()))
                .isGreaterThan(accuracy(untrained.savedModel()) + 0.05);
    }

    @Test
    void aTargetOfLatencyIsPredictedAndMeasuredOnItsEngine() throws IOException {
        // Given: less than any call takes, and as much as none takes
        System.setProperty("pitlane.latency.folder", folder.resolve("latency").toString());
        var least = PruningTarget.ofLatency(1e-9, Engine.TFLITE);
        var most = PruningTarget.ofLatency(1e6, Engine.TFLITE);

        // When
        var made = prune(targeted(most), ProgressListener.NONE);

        // Then
        assertThat(made.notes().get(2))
                .matches(
                        "target.latencyMillis: at most 1.00e\\+06 ms on TFLite; \\S+ measured, against \\S+ before");
        assertThat(kernel(made, "c2/kernel").shape()).containsExactly(3, 3, 16, 16);
        assertThat(folder.resolve("latency")).isDirectoryContaining("glob:**-tflite-*-1.json");
        assertThatThrownBy(() -> prune(targeted(least), ProgressListener.NONE))
                .hasMessageContaining(
                        "prune.target.latencyMillis asks for at most 1.00e-09 ms on TFLite, but"
                                + " channel pruning cannot reach less than");
    }

    private static PruneStep targeted(PruningTarget target) {
        return PruneStep.builder().target(target).fineTune(NONE).build();
    }

    private static PruneStep step(Method method, double ratio, Scope scope, Training fineTune) {
        return PruneStep.builder()
                .method(method)
                .ratio(ratio)
                .scope(scope)
                .fineTune(fineTune)
                .build();
    }

    private static ModelMade prune(PruneStep step, ProgressListener progress) throws IOException {
        return new PruneRun(original, new DataSpec(train, test), INPUT, folder, folder)
                .prune(step, progress);
    }

    private static double accuracy(Path model) {
        return Evaluator.evaluate(
                        model, Task.CLASSIFICATION, ImageSources.open(test, folder), INPUT)
                .accuracy()
                .orElseThrow()
                .headline()
                .value();
    }

    private static FloatTensor kernel(ModelMade made, String name) {
        return FloatTensor.of(SavedModelReader.read(made.savedModel()).node(name));
    }

    private static double zeroShare(FloatTensor weights) {
        int zeros = 0;
        for (float weight : weights.values()) {
            zeros += weight == 0 ? 1 : 0;
        }
        return (double) zeros / weights.values().length;
    }
}
