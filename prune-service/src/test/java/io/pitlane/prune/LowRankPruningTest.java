package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.finding.LayerFactors;
import io.pitlane.contract.finding.LayerFactors.Layer;
import io.pitlane.contract.pruning.PruningTarget;
import io.pitlane.contract.pruning.RankSelection;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.PruneStep.Method;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.data.QuadrantImages;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.evaluation.Evaluator;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.training.FineTuning;
import io.pitlane.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A classifier with a wide 5x5 kernel and a large dense layer, which have the shape for factors.
 */
class LowRankPruningTest {
    private static final InputSpec INPUT =
            InputSpec.builder().channels(InputSpec.Channels.GREY).scale(1 / 255.0).build();
    private static final Training TRAINING =
            Training.builder().epochs(6).learningRate(0.003).batchSize(32).build();

    /** Takes whatever saves multiply-accumulates, however busy the machine is. */
    private static final RankSelection ANY_SPEED =
            new RankSelection(0.99, null, null, null, 0.0, 128);

    private static final RankSelection ANY_RANKS =
            new RankSelection(null, null, null, null, 0.0, 128);

    @TempDir static Path folder;
    private static Path original;
    private static DataSource train;
    private static DataSource test;

    @BeforeAll
    static void trainAnOriginal() throws IOException {
        TensorFlowRuntime.load();
        train = QuadrantImages.write(folder, "train", 400, 1);
        test = QuadrantImages.write(folder, "test", 400, 2);
        var untrained = net();
        var labelsOnly = DistillationLoss.builder().labels(1).softTargets(0).build();
        var trained =
                new FineTuning(untrained, untrained, Task.CLASSIFICATION, TRAINING, labelsOnly, 1)
                        .run(
                                ImageSources.open(train, folder),
                                Preprocessor.of(INPUT, untrained.signature().inputs().get(0)),
                                TrainingListener.NONE)
                        .graph();
        original = folder.resolve("original");
        SavedModelWriter.write(trained, original);
    }

    private static FlatGraph net() {
        var net = new TestNet(-1, 8, 8, 1);
        var c1 = net.relu(net.bias("b1", net.conv("c1", "x", 1, 16), 16));
        var c2 = net.conv("c2", c1, 5, 16, 48, 1, "NHWC");
        var p2 = net.pool("p2", net.relu(net.bias("b2", c2, 48)));
        var dw = net.depthwise("dw", p2, 48, 1);
        var flat = net.reshape("flat", net.relu(dw), -1, 4 * 4 * 48);
        var d1 = net.relu(net.bias("b3", net.dense("d1", flat, 4 * 4 * 48, 128), 128));
        var logits = net.bias("b4", net.dense("d2", d1, 128, 4), 4);
        return net.graph(net.op("Softmax", "probs", logits));
    }

    @Test
    void wideLayersBecomeFactorsThatGiveNearlyTheSame() throws IOException {
        double before = accuracy(original);

        var made = prune(ANY_SPEED, List.of(), 0);

        assertThat(before).isGreaterThan(0.9);
        assertThat(accuracy(made.savedModel())).isGreaterThanOrEqualTo(before - 0.005);
        assertThat(macs(original)).isGreaterThan(2 * macs(made.savedModel()));
        assertThat(taken(made)).contains("c2", "d1");
        assertThat(made.notes().get(0)).startsWith("layers factorised: ");
    }

    @Test
    void theFindingAgreesWithTheGraph() throws IOException {
        var made = prune(ANY_SPEED, List.of(), 0);

        var factors = (LayerFactors) made.findings().get(0);
        var graph = SavedModelReader.read(made.savedModel());
        assertThat(factors.samples()).isEqualTo(128);
        assertThat(factors.layers())
                .extracting(Layer::name)
                .containsExactly("c1", "c2", "dw", "d1", "d2");
        assertThat(factors.layers())
                .filteredOn(Layer::taken)
                .allSatisfy(
                        layer -> {
                            assertThat(layer.error()).isBetween(0.0, 0.01);
                            assertThat(layer.speedup()).isPositive();
                            assertThat(macs(graph, layer.name()))
                                    .isEqualTo(layer.macsOfFactors())
                                    .isLessThan(layer.macs());
                        });
        assertThat(layer(factors, "dw").reason()).contains("does not combine channels");
    }

    @Test
    void fineTuningTrainsTheFactors() throws IOException {
        var rank = new RankSelection(0.8, null, null, null, 0.0, 128);
        var untuned = prune(rank, List.of(), 0);
        var tuned = prune(rank, List.of(), 6);

        assertThat(taken(tuned)).isEqualTo(taken(untuned));
        double before = accuracy(original);
        double lost = before - accuracy(untuned.savedModel());
        assertThat(lost).isGreaterThan(0.03);
        assertThat(before - accuracy(tuned.savedModel())).isLessThan(0.5 * lost);
    }

    @Test
    void aLayerThatIsNotMeasuredToBeFasterStays() throws IOException {
        var made = prune(new RankSelection(null, null, null, null, 100.0, 128), List.of(), 0);

        assertThat(taken(made)).isEmpty();
        assertThat(macs(made.savedModel())).isEqualTo(macs(original));
        assertThat(made.notes())
                .startsWith("layers factorised: 0 of 5")
                .anySatisfy(
                        note ->
                                assertThat(note)
                                        .startsWith("left alone: c2: its factors would save ")
                                        .contains("but were measured to be only"));
    }

    @Test
    void aTargetIsReachedAtALesserErrorThanWithTheSameShareOfEveryLayer() throws IOException {
        var byTarget = prune(ANY_RANKS, PruningTarget.ofMacs(0.3), 0);
        var ratio = new RankSelection(null, 0.7, null, null, 0.0, 128);
        var alike = prune(ratio, List.of("c1", "d2"), 0);

        assertThat(macs(byTarget.savedModel()))
                .isBetween((long) (0.2 * macs(original)), (long) (0.3 * macs(original)))
                .isLessThan(macs(alike.savedModel()));
        assertThat(errors(byTarget)).isLessThan(errors(alike));
        assertThat(accuracy(byTarget.savedModel()))
                .isGreaterThanOrEqualTo(accuracy(original) - 0.005);
        assertThat(byTarget.notes().get(2)).startsWith("target.macs: at most ");
    }

    @Test
    void aTargetOfParametersIsReached() throws IOException {
        var made = prune(ANY_RANKS, PruningTarget.ofParameters(0.3), 0);

        long before = Footprint.of(SavedModelReader.read(original)).parameters();
        long after = Footprint.of(SavedModelReader.read(made.savedModel())).parameters();
        assertThat((double) after / before).isBetween(0.2, 0.3);
    }

    @Test
    void aTargetThatNoFastFactorsReachIsMissedAndTheNotesSaySo() throws IOException {
        var slow = new RankSelection(null, null, null, null, 100.0, 128);

        var made = prune(slow, PruningTarget.ofMacs(0.3), 0);

        assertThat(taken(made)).isEmpty();
        assertThat(macs(made.savedModel())).isEqualTo(macs(original));
        assertThat(made.notes())
                .anySatisfy(
                        note ->
                                assertThat(note)
                                        .startsWith("target.macs: at most ")
                                        .contains("no cheaper factors were measured to be fast"));
    }

    @Test
    void ignoredLayersStay() throws IOException {
        var made = prune(ANY_SPEED, List.of("c*"), 0);

        assertThat(taken(made)).contains("d1").doesNotContain("c1", "c2");
        assertThat(made.notes()).contains("left alone: c1, c2: it is in ignore");
    }

    private static double errors(ModelMade made) {
        return ((LayerFactors) made.findings().get(0))
                .layers().stream().filter(Layer::taken).mapToDouble(Layer::error).sum();
    }

    private static List<String> taken(ModelMade made) {
        return ((LayerFactors) made.findings().get(0))
                .layers().stream().filter(Layer::taken).map(Layer::name).toList();
    }

    private static Layer layer(LayerFactors factors, String name) {
        return factors.layers().stream()
                .filter(layer -> layer.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static long macs(Path model) {
        return Footprint.of(SavedModelReader.read(model)).macs();
    }

    /** Of the nodes that a layer became. */
    private static long macs(FlatGraph graph, String layer) {
        return Footprint.of(graph).layers().stream()
                .filter(node -> node.name().equals(layer) || node.name().startsWith(layer + "/"))
                .mapToLong(node -> node.macs())
                .sum();
    }

    private static ModelMade prune(RankSelection rank, List<String> ignore, int epochs)
            throws IOException {
        return prune(step(rank, epochs).ignore(ignore.isEmpty() ? null : ignore).build());
    }

    private static ModelMade prune(RankSelection rank, PruningTarget target, int epochs)
            throws IOException {
        return prune(step(rank, epochs).target(target).build());
    }

    private static PruneStep.Builder step(RankSelection rank, int epochs) {
        return PruneStep.builder()
                .method(Method.LOW_RANK)
                .rank(rank)
                .fineTune(TRAINING.toBuilder().epochs(epochs).build());
    }

    private static ModelMade prune(PruneStep step) throws IOException {
        return new PruneRun(original, new DataSpec(train, test), INPUT, folder, folder).prune(step);
    }

    private static double accuracy(Path model) {
        return Evaluator.evaluate(
                        model, Task.CLASSIFICATION, ImageSources.open(test, folder), INPUT)
                .accuracy()
                .orElseThrow()
                .headline()
                .value();
    }
}
