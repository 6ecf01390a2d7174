package io.pitlane.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.training.Training;
import io.pitlane.data.ImageSet;
import io.pitlane.data.batch.Batch;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.training.feature.FeatureMap;
import io.pitlane.training.feature.FeatureMap.Layout;
import io.pitlane.training.feature.FeatureMaps;
import io.pitlane.training.feature.LayerPair;
import io.pitlane.training.loss.AttentionLoss;
import io.pitlane.training.loss.HintLoss;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.loss.Teacher;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LayerLossesTest {
    private static final FloatTensor IMAGE = image(6, 6, 1);
    private static final ImageSet IMAGES = TinyModels.stripes(8, 3, true);
    private static final double WEIGHT = 1.5;

    private final FlatGraph student = TinyModels.classifier(1, "Softmax");
    private final FlatGraph teacher = wide(1);

    private static FloatTensor image(int... sizes) {
        return new FloatTensor(
                new float[sizes[0] * sizes[1] * sizes[2]], 1, sizes[0], sizes[1], sizes[2]);
    }

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    /** A teacher of 7 channels, with pooled feature maps of 3x3. */
    private static FlatGraph wide(int stride) {
        var net = new TestNet(-1, 6, 6, 1);
        var relu = net.relu(net.conv("wide", "x", 3, 1, 7, stride, "NHWC"));
        var mean = net.globalMean("mean", relu, false);
        return net.graph(net.op("Softmax", "probs", net.dense("d", mean, 7, 3)));
    }

    @Test
    void theAttentionLossAndItsGradientsMatchTheDefinition() {
        ToDoubleFunction<FlatGraph> expected =
                model -> {
                    var own = attention(values(model, "elu"), 4);
                    var other = attention(values(teacher, "wide/relu"), 7);
                    double sum = 0;
                    for (int i = 0; i < own.length; i++) {
                        for (int p = 0; p < 36; p++) {
                            sum += Math.pow(own[i][p] - other[i][p], 2);
                        }
                    }
                    return WEIGHT * sum / own.length;
                };

        assertMatches(expected, from -> new AttentionLoss(pair(teacher), WEIGHT, from));
    }

    @Test
    void theHintLossAndItsGradientsMatchTheDefinition() {
        float[] regressor = HintLoss.initialKernel(4, 7).values();
        ToDoubleFunction<FlatGraph> expected =
                model -> hint(values(model, "elu"), regressor, values(teacher, "wide/relu"));

        assertMatches(expected, from -> new HintLoss(pair(teacher), WEIGHT, from));
    }

    @Test
    void aLargerLayerIsPooledToTheSmaller() {
        var small = wide(2);
        float[] regressor = HintLoss.initialKernel(4, 7).values();
        ToDoubleFunction<FlatGraph> expected =
                model -> hint(pooled(values(model, "elu")), regressor, values(small, "wide/relu"));

        try (var session = GraphSession.open(small);
                var graph = training(new HintLoss(pair(small), WEIGHT, from(session)))) {
            assertThat((double) graph.loss(batch()))
                    .isCloseTo(expected.applyAsDouble(student), within(1e-4));
        }
    }

    @Test
    void channelsFirstAndLastGiveOneAttentionMap() {
        var last = new FeatureMap(TensorRef.of("a"), 6, 6, 4, Layout.CHANNELS_LAST);
        var maps = FeatureMaps.of(channelsFirst(), InputSpec.DEFAULT, image(1, 6, 6));

        var first = maps.at("relu");

        assertThat(first.layout()).isEqualTo(Layout.CHANNELS_FIRST);
        assertThat(first.hasSameSizeAs(last)).isTrue();
        assertThat(first.channels()).isEqualTo(4);
    }

    private static FlatGraph channelsFirst() {
        var net = new TestNet(-1, 1, 6, 6);
        net.conv("c", "x", 3, 1, 4, 1, "NCHW");
        return net.graph(net.op("Relu", "relu", "c"));
    }

    @Test
    void layersOfDifferentSizesAreRefusedByName() {
        var odd = new FeatureMap(TensorRef.of("odd"), 4, 4, 7, Layout.CHANNELS_LAST);
        var pair = new LayerPair(map(student, "elu"), odd);

        assertThatThrownBy(() -> new HintLoss(pair, 1, null))
                .isInstanceOf(FailureException.class)
                .hasMessageContainingAll("'odd' (4x4x7)", "'elu' (6x6x4)", "multiple");
        assertThatThrownBy(() -> new AttentionLoss(pair, 1, null))
                .isInstanceOf(FailureException.class)
                .hasMessageContainingAll("'odd' (4x4x7)", "'elu' (6x6x4)", "height and width");
    }

    @Test
    void anUnknownLayerIsNamed() {
        assertThatThrownBy(() -> map(student, "conv7"))
                .isInstanceOf(FailureException.class)
                .hasMessage("There is no layer 'conv7'.");
    }

    @Test
    void stagesAreTheLastFeatureMapsOfEachResolutionBeforeTheHead() {
        var net = new TestNet(-1, 8, 8, 1);
        var c1 = net.relu(net.conv("c1", "x", 1, 4));
        var c2 = net.relu(net.conv("c2", net.pool("p1", c1), 4, 6));
        var flat = net.reshape("flat", net.pool("p2", c2), -1, 24);
        var graph = net.graph(net.dense("d", flat, 24, 3));

        var stages =
                FeatureMaps.of(graph, InputSpec.DEFAULT, image(8, 8, 1)).stages(TensorRef.of("d"));

        assertThat(stages)
                .extracting(map -> map.tensor().node())
                .containsExactly("c1/relu", "c2/relu", "p2");
    }

    @Test
    void hintsAndAttentionAloneBringTheStudentCloserToTheTeacher() {
        var training =
                Training.builder()
                        .epochs(20)
                        .learningRate(0.01)
                        .batchSize(4)
                        .validation(0.0)
                        .build();
        try (var session = GraphSession.open(teacher)) {
            for (LossTerm term :
                    List.of(
                            new HintLoss(pair(teacher), 1, from(session)),
                            new AttentionLoss(pair(teacher), 1, from(session)))) {
                var trained =
                        new Trainer(student, List.of(term), training, 3)
                                .run(
                                        IMAGES,
                                        TinyModels.preprocessor(student),
                                        TrainingListener.NONE)
                                .graph();

                assertThat(distance(trained)).as(term.describe()).isLessThan(distance(student) / 2);
                assertThat(trained.nodes()).hasSameSizeAs(student.nodes());
            }
        }
    }

    /** Distance between the attention maps, which a hint decreases, too. */
    private double distance(FlatGraph model) {
        var own = attention(values(model, "elu"), 4);
        var other = attention(values(teacher, "wide/relu"), 7);
        return IntStream.range(0, own.length)
                .mapToDouble(
                        i ->
                                IntStream.range(0, 36)
                                        .mapToDouble(p -> Math.pow(own[i][p] - other[i][p], 2))
                                        .sum())
                .sum();
    }

    private interface Term {
        LossTerm with(Teacher teacher);
    }

    private void assertMatches(ToDoubleFunction<FlatGraph> expected, Term term) {
        try (var session = GraphSession.open(teacher);
                var graph = training(term.with(from(session)))) {
            assertThat((double) graph.loss(batch()))
                    .isCloseTo(expected.applyAsDouble(student), within(1e-4));
            var gradients = graph.gradients(batch());
            for (var weight : List.of("conv/kernel", "bn/gamma", "bn/beta")) {
                assertGradients(expected, weight, gradients.get(weight));
            }
        }
    }

    private void assertGradients(
            ToDoubleFunction<FlatGraph> expected, String name, FloatTensor gradients) {
        var random = new Random(4);
        double step = 1e-2;
        for (int k = 0; k < 3; k++) {
            int at = random.nextInt(gradients.values().length);
            double slope =
                    (expected.applyAsDouble(moved(name, at, step))
                                    - expected.applyAsDouble(moved(name, at, -step)))
                            / (2 * step);
            assertThat((double) gradients.values()[at])
                    .as("%s[%d]", name, at)
                    .isCloseTo(slope, within(1e-3 + 0.01 * Math.abs(slope)));
        }
    }

    private FlatGraph moved(String name, int at, double by) {
        var weight = FloatTensor.of(student.node(name)).map(v -> v);
        weight.values()[at] += (float) by;
        return student.edit().put(weight.toConst(name)).build();
    }

    private TrainingGraph training(LossTerm term) {
        return new TrainingGraph(
                student, InputSpec.DEFAULT, List.of(term), Training.DEFAULT, Map.of());
    }

    private static Teacher from(GraphSession session) {
        return new Teacher(session, IMAGES.size(), Training.Augmentation.NONE);
    }

    private LayerPair pair(FlatGraph guide) {
        return new LayerPair(map(student, "elu"), map(guide, "wide/relu"));
    }

    private static FeatureMap map(FlatGraph graph, String layer) {
        return FeatureMaps.of(graph, InputSpec.DEFAULT, IMAGE).at(layer);
    }

    private Batch batch() {
        int[] all = IntStream.range(0, IMAGES.size()).toArray();
        return new Batch(TinyModels.preprocessor(student).batch(IMAGES, all), all, IMAGES.size());
    }

    private float[] values(FlatGraph graph, String layer) {
        try (var session = GraphSession.open(graph)) {
            return session.run(batch().images(), TensorRef.of(layer)).values();
        }
    }

    /** Mean of the squares over the channels, L2-normalised per image. */
    private static double[][] attention(float[] values, int channels) {
        var maps = new double[IMAGES.size()][36];
        for (int i = 0; i < maps.length; i++) {
            double length = 0;
            for (int p = 0; p < 36; p++) {
                for (int c = 0; c < channels; c++) {
                    maps[i][p] += Math.pow(values[(i * 36 + p) * channels + c], 2) / channels;
                }
                length += maps[i][p] * maps[i][p];
            }
            for (int p = 0; p < 36; p++) {
                maps[i][p] /= Math.sqrt(length);
            }
        }
        return maps;
    }

    private static double hint(float[] own, float[] regressor, float[] guide) {
        double sum = 0;
        for (int place = 0; place < own.length / 4; place++) {
            for (int to = 0; to < 7; to++) {
                double made = 0;
                for (int from = 0; from < 4; from++) {
                    made += own[place * 4 + from] * regressor[from * 7 + to];
                }
                sum += Math.pow(made - guide[place * 7 + to], 2);
            }
        }
        return WEIGHT * sum / guide.length;
    }

    /** Average-pools feature maps of 6x6x4 to 3x3x4. */
    private static float[] pooled(float[] maps) {
        var small = new float[maps.length / 4];
        for (int i = 0; i < IMAGES.size(); i++) {
            for (int p = 0; p < 36; p++) {
                for (int c = 0; c < 4; c++) {
                    int to = (i * 9 + p / 6 / 2 * 3 + p % 6 / 2) * 4 + c;
                    small[to] += maps[(i * 36 + p) * 4 + c] / 4;
                }
            }
        }
        return small;
    }
}
