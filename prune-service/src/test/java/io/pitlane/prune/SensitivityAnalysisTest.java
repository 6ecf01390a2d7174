package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.analysis.ModelComparison;
import io.pitlane.analysis.TrainingImages;
import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.finding.ChannelSensitivity;
import io.pitlane.contract.finding.OutputError;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.pruning.ChannelScores;
import io.pitlane.contract.pruning.PruningSensitivity;
import io.pitlane.contract.pruning.PruningTarget;
import io.pitlane.contract.pruning.Reconstruction;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.data.QuadrantImages;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelAllocation;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.FilterSaliency;
import io.pitlane.graph.channels.Saliency;
import io.pitlane.graph.channels.allocation.SaliencyLoss;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.training.checkpoint.Checkpoints;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SensitivityAnalysisTest {
    private static final InputSpec INPUT =
            InputSpec.builder().channels(InputSpec.Channels.GREY).scale(1 / 255.0).build();
    private static final Saliency.Factory L1 = FilterSaliency.L1.with(ChannelScores.DEFAULT);
    private static final int IMAGES = 60;
    private static final PruningSensitivity OPTIONS =
            new PruningSensitivity(IMAGES, List.of(0.25, 0.5));

    @TempDir Path folder;
    private final FlatGraph graph = net();
    private Plan plan;

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @BeforeEach
    void writeImages() throws IOException {
        DataSource train = QuadrantImages.write(folder, "train", IMAGES, 1);
        plan =
                Plan.builder()
                        .name("quadrants")
                        .data(new DataSpec(train, train))
                        .input(INPUT)
                        .seed(3L)
                        .build();
    }

    private static FlatGraph net() {
        var net = new TestNet(-1, 8, 8, 1);
        var c1 = net.relu(net.bias("b1", net.conv("c1", "x", 1, 8), 8));
        var c2 = net.relu(net.bias("b2", net.conv("c2", net.pool("p1", c1), 8, 16), 16));
        var flat = net.reshape("flat", net.pool("p2", c2), -1, 64);
        var logits = net.bias("b3", net.dense("d", flat, 64, 4), 4);
        return net.graph(net.op("Softmax", "probs", logits));
    }

    @Test
    void aPointIsTheErrorOfTheModelThatIsReallyCut() {
        // Given the second group without half its channels
        var context = context(Checkpoints.NONE);
        var step = PruneStep.builder().ratio(0.5).ignore(List.of("c1")).build();
        var allocation = new StepAllocation(step, "prune", graph, Map.of());
        var cut = new ChannelPruning(L1, allocation.allocation((g, n) -> 0)).prune(graph);
        OutputError expected;
        try (var comparison =
                ModelComparison.with(graph, plan, context.images().sample(IMAGES), folder)) {
            expected = comparison.of(cut.graph());
        }

        // When
        var sensitivity = analysis(Checkpoints.NONE);

        // Then
        assertThat(sensitivity.samples()).isEqualTo(IMAGES);
        assertThat(sensitivity.metric()).isEqualTo("accuracy");
        assertThat(sensitivity.groups())
                .extracting(ChannelSensitivity.Group::layers)
                .containsExactly(List.of("c1"), List.of("c2"));
        var point = sensitivity.groups().get(1).points().get(1);
        assertThat(point.removed()).isEqualTo(8);
        assertThat(point.ratio()).isEqualTo(0.5);
        assertThat(point.error().sqnr()).isCloseTo(expected.sqnr(), within(1e-3));
        assertThat(point.error().divergence()).isCloseTo(expected.divergence(), within(1e-5));
        assertThat(point.error().score()).isEqualTo(expected.score());
        assertThat(point.error().agreement()).isEqualTo(expected.agreement());
    }

    @Test
    void anAnalysisGoesOnWhereItWasStopped() {
        // Given an analysis that stops before its fourth point is kept
        var store = new HashMap<String, byte[]>();
        assertThatThrownBy(() -> analysis(new StoredCheckpoints(store, 3))).hasMessage("stopped");
        var uninterrupted = analysis(Checkpoints.NONE);

        // When only one more may be kept
        var resumed = analysis(new StoredCheckpoints(store, 1));

        // Then
        assertThat(resumed).isEqualTo(uninterrupted);
    }

    @Test
    void aStepReportsWhatItMeasuredAndRemoved() {
        // Given
        var step =
                PruneStep.builder()
                        .target(PruningTarget.ofMacs(0.5))
                        .sensitivity(OPTIONS)
                        .reconstruction(Reconstruction.OFF)
                        .build();

        // When
        var pruned = new ChannelMethod().prune(graph, step, context(Checkpoints.NONE));

        // Then
        double share = (double) Footprint.of(pruned.graph()).macs() / Footprint.of(graph).macs();
        assertThat(share).isBetween(0.485, 0.5);
        assertThat(pruned.findings()).hasSize(1);
        var groups = ((ChannelSensitivity) pruned.findings().get(0)).groups();
        assertThat(groups).hasSize(2);
        for (var group : groups) {
            var kernel = group.layers().get(0) + "/kernel";
            assertThat(group.channels() - group.removed())
                    .isEqualTo((int) StepAllocationTest.shape(pruned.graph(), kernel)[3]);
        }
        assertThat(pruned.notes())
                .anyMatch(note -> note.startsWith("target.macs: at most 11.6 k MACs; "));
    }

    @Test
    void theAllocationIsTheOneOfTheLeastErrorOnTheSample() {
        // Given
        var sizes = Map.of("x", new long[] {1, 8, 8, 1});
        var step = PruneStep.builder().target(PruningTarget.ofMacs(0.4)).build();
        var options = new StepAllocation(step, "prune", graph, sizes);
        var sensitivity = analysis(Checkpoints.NONE);

        try (var model = new MaskedModel(graph, IMAGES, context(Checkpoints.NONE))) {
            var saliency = L1.on(model.graph(), model.dependencies());

            // When
            var best =
                    new AllocationTrials(model, saliency, options::allocation)
                            .best(sensitivity, ProgressListener.NONE);

            // Then
            double chosen = divergence(options.allocation(best.loss()));
            var others =
                    List.of(
                            divergence(options.allocation(new SaliencyLoss())),
                            divergence(options.allocation(new MeasuredLoss(sensitivity))));
            assertThat(others).allMatch(other -> other >= chosen - 1e-6);
        }
    }

    @Test
    void theTrialsOfAnotherTargetAreMeasuredAnew() {
        // Given checkpoints with the trials of one target
        var sensitivity = analysis(Checkpoints.NONE);
        var store = new HashMap<String, byte[]>();
        trials(0.6, sensitivity, new StoredCheckpoints(store, Integer.MAX_VALUE));

        // When no more may be kept
        var again = new StoredCheckpoints(store, 0);

        // Then
        assertThatCode(() -> trials(0.6, sensitivity, again)).doesNotThrowAnyException();
        assertThatThrownBy(() -> trials(0.3, sensitivity, again)).hasMessage("stopped");
    }

    private void trials(double macs, ChannelSensitivity sensitivity, Checkpoints checkpoints) {
        var sizes = Map.of("x", new long[] {1, 8, 8, 1});
        var step = PruneStep.builder().target(PruningTarget.ofMacs(macs)).build();
        var options = new StepAllocation(step, "prune", graph, sizes);
        try (var model = new MaskedModel(graph, IMAGES, context(checkpoints))) {
            var saliency = L1.on(model.graph(), model.dependencies());
            new AllocationTrials(model, saliency, options::allocation)
                    .best(sensitivity, ProgressListener.NONE);
        }
    }

    /** Of the graph that is really cut. */
    private double divergence(ChannelAllocation allocation) {
        var cut = new ChannelPruning(L1, allocation).prune(graph).graph();
        var images = context(Checkpoints.NONE).images().sample(IMAGES);
        try (var comparison = ModelComparison.with(graph, plan, images, folder)) {
            return comparison.of(cut).divergence();
        }
    }

    private ChannelSensitivity analysis(Checkpoints checkpoints) {
        try (var model = new MaskedModel(graph, IMAGES, context(checkpoints))) {
            return new SensitivityAnalysis(model, OPTIONS.ratios())
                    .measure(L1.on(model.graph(), model.dependencies()), ProgressListener.NONE);
        }
    }

    private PruningContext context(Checkpoints checkpoints) {
        return new PruningContext(
                plan,
                graph,
                new TrainingImages(plan, folder, graph),
                checkpoints,
                folder,
                ProgressListener.NONE);
    }

    /** Keeps checkpoints in memory, until some were saved. */
    private static final class StoredCheckpoints implements Checkpoints {
        private final Map<String, byte[]> store;
        private int left;

        StoredCheckpoints(Map<String, byte[]> store, int left) {
            this.store = store;
            this.left = left;
        }

        @Override
        public Duration every() {
            return Duration.ZERO;
        }

        @Override
        public Optional<byte[]> load(String name) {
            return Optional.ofNullable(store.get(name));
        }

        @Override
        public void save(String name, byte[] state) {
            if (left-- == 0) {
                throw new IllegalStateException("stopped");
            }
            store.put(name, state);
        }
    }
}
