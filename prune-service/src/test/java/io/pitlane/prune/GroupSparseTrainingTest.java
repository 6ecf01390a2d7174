package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.analysis.ModelComparison;
import io.pitlane.analysis.TrainingImages;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.pruning.GroupSparsity;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.training.Training;
import io.pitlane.data.QuadrantImages;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.training.checkpoint.Checkpoints;
import io.pitlane.training.checkpoint.FileCheckpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupSparseTrainingTest {
    private static final GroupSparsity OPTIONS = new GroupSparsity(0.003, 8);
    private static final PruneStep STEP =
            PruneStep.builder()
                    .groupSparsity(OPTIONS)
                    .fineTune(Training.builder().learningRate(0.01).batchSize(32).build())
                    .build();

    @TempDir static Path folder;
    private static Plan plan;
    private static FlatGraph before;
    private static FlatGraph trained;

    @BeforeAll
    static void trainANet() throws IOException {
        TensorFlowRuntime.load();
        var train = QuadrantImages.write(folder, "train", 400, 1);
        plan =
                Plan.builder()
                        .name("sparse")
                        .input(QuadrantNet.INPUT)
                        .data(new DataSpec(train, train))
                        .build();
        before = QuadrantNet.trained(ImageSources.open(train, folder));
        trained = new GroupSparseTraining(before).train(OPTIONS, STEP, context(Checkpoints.NONE));
    }

    private static PruningContext context(Checkpoints checkpoints) {
        var images = new TrainingImages(plan, folder, before);
        return new PruningContext(plan, before, images, checkpoints, folder, ProgressListener.NONE);
    }

    @Test
    void theWeakestChannelIsDrawnSixteenTimesAsMuchAsTheStrongest() {
        // Given: 16 channels of two groups; the last layer keeps its channels
        var loss = new GroupSparseTraining(before).loss(0.01);

        // Then
        var factors = Arrays.stream(loss.factors()).sorted().toArray();
        assertThat(factors).hasSize(32);
        assertThat(factors[0]).isCloseTo(0.01, within(1e-9));
        assertThat(factors[31]).isCloseTo(0.16, within(1e-9));
        var norms = norms(before);
        int weakest =
                IntStream.range(0, 16).reduce((a, b) -> norms[a] < norms[b] ? a : b).orElseThrow();
        assertThat(loss.factors()[weakest]).isCloseTo(0.16, within(1e-9));
    }

    @Test
    void everyWeightOfAChannelIsInItsNorm() {
        var axes = new GroupSparseTraining(before).loss(1).weights();

        assertThat(axes)
                .extracting(axis -> axis.constant() + " " + axis.axis())
                .containsExactlyInAnyOrder(
                        "c1/kernel 3",
                        "b1/b 0",
                        "c2/kernel 2",
                        "c2/kernel 3",
                        "b2/b 0",
                        "d/kernel 0");
    }

    @Test
    void theChannelsThatWillGoShrinkMoreThanTheOthers() {
        // Given
        var first = norms(before);
        var order =
                IntStream.range(0, 16)
                        .boxed()
                        .sorted((a, b) -> Double.compare(first[a], first[b]))
                        .toList();

        // When
        var last = norms(trained);

        // Then
        double weak =
                order.subList(0, 8).stream()
                        .mapToDouble(i -> last[i] / first[i])
                        .average()
                        .orElseThrow();
        double strong =
                order.subList(8, 16).stream()
                        .mapToDouble(i -> last[i] / first[i])
                        .average()
                        .orElseThrow();
        assertThat(weak).isLessThan(0.7 * strong);
    }

    @Test
    void lessIsLostWithTheChannels() {
        // Given
        var cut = new ChannelPruning(0.75).prune(before).graph();

        // When
        var sparseCut = new ChannelPruning(0.75).prune(trained).graph();

        // Then
        assertThat(accuracy(trained)).isGreaterThan(accuracy(before) - 0.05);
        assertThat(accuracy(sparseCut)).isGreaterThan(accuracy(cut) + 0.05);
    }

    @Test
    void aFinishedTrainingIsNotRepeated() throws IOException {
        // Given
        var checkpoints =
                new FileCheckpoints(Files.createTempDirectory(folder, "kept"), Duration.ZERO);
        var options = new GroupSparsity(0.01, 1);
        var made = new GroupSparseTraining(before).train(options, STEP, context(checkpoints));
        var saved = checkpoints.load("group-sparsity").orElseThrow();

        // When
        var again = new GroupSparseTraining(before).train(options, STEP, context(checkpoints));

        // Then
        assertThat(again.toGraphDef()).isEqualTo(made.toGraphDef());
        assertThat(checkpoints.load("group-sparsity")).contains(saved);
    }

    /** The norms of the channels of the first layer: its kernel, its bias, and what reads them. */
    private static double[] norms(FlatGraph graph) {
        var kernel = FloatTensor.of(graph.node("c1/kernel")).values();
        var bias = FloatTensor.of(graph.node("b1/b")).values();
        var next = FloatTensor.of(graph.node("c2/kernel")).values();
        var squares = new double[16];
        for (int i = 0; i < kernel.length; i++) {
            squares[i % 16] += kernel[i] * kernel[i];
        }
        for (int i = 0; i < next.length; i++) {
            squares[i / 16 % 16] += next[i] * next[i];
        }
        for (int i = 0; i < 16; i++) {
            squares[i] += bias[i] * bias[i];
        }
        return Arrays.stream(squares).map(Math::sqrt).toArray();
    }

    private static double accuracy(FlatGraph graph) {
        var images = ImageSources.open(plan.data().train(), folder);
        try (var comparison = ModelComparison.with(before, plan, images, folder)) {
            return comparison.of(graph).score();
        }
    }
}
