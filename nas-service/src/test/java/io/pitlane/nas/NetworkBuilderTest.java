package io.pitlane.nas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.search.ClassifierShape;
import io.pitlane.data.preprocessing.InputLayout;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.training.head.Head;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.DataType;

class NetworkBuilderTest {
    private static final String EVERY_BLOCK =
            "s8k3a6|c12x2k3s2|r16x2k3s2as|d16x2k5s2a6|i24x2k3s1e2|i24x1k5s2e1";
    private static final ClassifierShape SHAPE = new ClassifierShape(29, 21, 3, 7);

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    private static GraphSignature.Port port(String name, List<Long> shape) {
        return new GraphSignature.Port(name, TensorRef.of(name), DataType.DT_FLOAT, shape);
    }

    private static NetworkInterface networkInterface(
            List<Long> input, List<Long> output, Head.Kind activation) {
        var image = port("image", input);
        int channels = input.size() == 3 ? 1 : SHAPE.channels();
        return new NetworkInterface(
                "serving_default",
                image,
                InputLayout.of(image, channels),
                port("classes", output),
                activation,
                new ClassifierShape(SHAPE.height(), SHAPE.width(), channels, SHAPE.classes()));
    }

    private static NetworkInterface plain() {
        return networkInterface(List.of(-1L, 29L, 21L, 3L), List.of(-1L, 7L), Head.Kind.SOFTMAX);
    }

    private static FlatGraph build(NetworkInterface target, String genome) {
        return new NetworkBuilder(target, 5).build(Genome.parse(genome));
    }

    private static FloatTensor run(FlatGraph graph, FloatTensor images) {
        try (var session = GraphSession.open(graph)) {
            return session.run(images, graph.signature().outputs().get(0).tensor());
        }
    }

    private static FloatTensor images(long... shape) {
        var random = new Random(11);
        var values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return new FloatTensor(values, shape);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s8|c12",
                "s8s2|r8x3|r16x2s2",
                "s9k5|d10x2k7s2as|d10x2k7",
                "s8|i8x3e1|i16x2s2e6a6",
                EVERY_BLOCK
            })
    void theCostOfANetworkIsThatOfItsGraph(String genome) {
        var footprint = Footprint.of(build(plain(), genome));

        var network = Network.of(Genome.parse(genome), SHAPE);

        assertThat(network.macs()).isEqualTo(footprint.macs());
        assertThat(network.parameters()).isEqualTo(footprint.parameters());
    }

    @Test
    void theCostOfNetworksOfTheDefaultSpaceIsThatOfTheirGraphs() {
        var space = new ArchitectureSpace(DefaultSearchSpace.of(SHAPE, 3_000_000));
        var random = new Random(4);
        for (int i = 0; i < 12; i++) {
            var genome = space.sample(random);
            var footprint = Footprint.of(new NetworkBuilder(plain(), 1).build(genome));
            var network = Network.of(genome, SHAPE);
            assertThat(network.macs()).as(genome.toString()).isEqualTo(footprint.macs());
            assertThat(network.parameters()).isEqualTo(footprint.parameters());
        }
    }

    @Test
    void aGraphReadFromASavedModelGivesTheSameOutput(@TempDir Path folder) {
        var graph = build(plain(), EVERY_BLOCK);
        var images = images(3, 29, 21, 3);

        SavedModelWriter.write(graph, folder.resolve("model"));
        var read = SavedModelReader.read(folder.resolve("model"));

        var expected = run(graph, images);
        assertThat(expected.shape()).containsExactly(3, 7);
        for (int image = 0; image < 3; image++) {
            double sum = 0;
            for (int k = 0; k < 7; k++) {
                sum += expected.values()[image * 7 + k];
            }
            assertThat(sum).isCloseTo(1, within(1e-5));
        }
        assertThat(run(read, images).values()).containsExactly(expected.values(), within(1e-6f));
        assertThat(read.signature().inputs().get(0).name()).isEqualTo("image");
        assertThat(read.signature().outputs().get(0).name()).isEqualTo("classes");
        assertThat(Footprint.of(read).macs()).isEqualTo(Footprint.of(graph).macs());
    }

    @Test
    void theWeightsDependOnTheSeed() {
        var genome = Genome.parse(EVERY_BLOCK);
        var images = images(1, 29, 21, 3);

        var one = run(new NetworkBuilder(plain(), 5).build(genome), images);
        var same = run(new NetworkBuilder(plain(), 5).build(genome), images);
        var other = run(new NetworkBuilder(plain(), 6).build(genome), images);

        assertThat(same).isEqualTo(one);
        assertThat(other).isNotEqualTo(one);
    }

    @Test
    void activationsNeitherVanishNorExplodeInADeepNetwork() {
        var target =
                networkInterface(List.of(-1L, 29L, 21L, 3L), List.of(-1L, 7L), Head.Kind.LINEAR);

        var logits = run(build(target, "s16|c16x12"), images(4, 29, 21, 3));

        double largest = 0;
        for (float logit : logits.values()) {
            largest = Math.max(largest, Math.abs(logit));
        }
        assertThat(largest).isBetween(0.01, 100.0);
    }

    @ParameterizedTest
    @CsvSource({"SOFTMAX, Softmax", "SIGMOID, Sigmoid", "LINEAR, BiasAdd"})
    void theOutputActivationIsThatOfTheOriginal(Head.Kind activation, String op) {
        var graph =
                build(
                        networkInterface(List.of(-1L, 29L, 21L, 3L), List.of(-1L, 7L), activation),
                        "s8|c8s2");

        var output = graph.node(graph.signature().outputs().get(0).tensor().node());

        assertThat(output.getOp()).isEqualTo(op);
    }

    @Test
    void imagesWithChannelsFirstAreTransposed() {
        var last = build(plain(), "s8|c8s2");
        var first =
                build(
                        networkInterface(
                                List.of(-1L, 3L, 29L, 21L), List.of(-1L, 7L), Head.Kind.SOFTMAX),
                        "s8|c8s2");
        var image = images(1, 29, 21, 3);
        var transposed = new float[image.values().length];
        for (int pixel = 0; pixel < 29 * 21; pixel++) {
            for (int c = 0; c < 3; c++) {
                transposed[c * 29 * 21 + pixel] = image.values()[pixel * 3 + c];
            }
        }

        var output = run(first, new FloatTensor(transposed, 1, 3, 29, 21));

        assertThat(output.values()).containsExactly(run(last, image).values(), within(1e-6f));
    }

    @Test
    void inputWithoutChannelsAndScoresOfRankFourKeepTheirShapes() {
        var target =
                networkInterface(
                        List.of(-1L, 29L, 21L), List.of(-1L, 1L, 1L, 7L), Head.Kind.SOFTMAX);

        var graph = build(target, "s8|c8s2");

        assertThat(run(graph, images(2, 29, 21)).shape()).containsExactly(2, 1, 1, 7);
        assertThat(graph.signature().inputs().get(0).shape()).containsExactly(-1L, 29L, 21L);
        assertThat(graph.signature().outputs().get(0).shape()).containsExactly(-1L, 1L, 1L, 7L);
    }

    @Test
    void aSingleScoreOfRankOneKeepsItsShape() {
        var plain = networkInterface(List.of(-1L, 29L, 21L, 3L), List.of(-1L), Head.Kind.SIGMOID);
        var target =
                new NetworkInterface(
                        plain.signatureKey(),
                        plain.input(),
                        plain.layout(),
                        plain.scores(),
                        plain.outputActivation(),
                        new ClassifierShape(29, 21, 3, 1));

        var graph = build(target, "s8|c8s2");

        assertThat(run(graph, images(2, 29, 21, 3)).shape()).containsExactly(2);
        assertThat(graph.signature().outputs().get(0).shape()).containsExactly(-1L);
    }

    @Test
    void theInputIsUint8WhereTheOriginalsIs() {
        var plain = plain();
        var bytes =
                new GraphSignature.Port(
                        "image", TensorRef.of("image"), DataType.DT_UINT8, plain.input().shape());
        var target =
                new NetworkInterface(
                        plain.signatureKey(),
                        bytes,
                        plain.layout(),
                        plain.scores(),
                        plain.outputActivation(),
                        plain.shape());

        var graph = build(target, "s8|c8s2");

        assertThat(run(graph, images(2, 29, 21, 3)).shape()).containsExactly(2, 7);
        assertThat(graph.signature().inputs().get(0).dtype()).isEqualTo(DataType.DT_UINT8);
    }

    @Test
    void imagesOfAnySizeAreAcceptedWhereTheOriginalAcceptsThem() {
        var target =
                networkInterface(List.of(-1L, -1L, -1L, 3L), List.of(-1L, 7L), Head.Kind.SOFTMAX);

        var graph = build(target, EVERY_BLOCK);

        assertThat(run(graph, images(2, 40, 33, 3)).shape()).containsExactly(2, 7);
    }

    @Test
    void halfOfTheChannelsCanBePruned() {
        var graph = build(plain(), EVERY_BLOCK);

        var pruned = new ChannelPruning(0.5).prune(graph);

        assertThat(run(pruned.graph(), images(2, 29, 21, 3)).shape()).containsExactly(2, 7);
        assertThat(Footprint.of(pruned.graph()).macs())
                .isLessThan(Footprint.of(graph).macs() * 4 / 10);
    }
}
