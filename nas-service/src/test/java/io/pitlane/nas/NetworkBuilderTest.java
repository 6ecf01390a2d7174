package io.pitlane.nas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.ClassifierShape;
import io.pitlane.model.channels.ChannelPruning;
import io.pitlane.model.data.InputLayout;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.Footprint;
import io.pitlane.model.graph.GraphSignature;
import io.pitlane.model.graph.TensorRef;
import io.pitlane.model.runtime.GraphSession;
import io.pitlane.model.runtime.TensorFlowRuntime;
import io.pitlane.model.savedmodel.SavedModelReader;
import io.pitlane.model.savedmodel.SavedModelWriter;
import io.pitlane.nas.Outline.Ending;
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

    private static Outline outline(List<Long> input, List<Long> output, Ending ending) {
        var image = port("picture", input);
        int channels = input.size() == 3 ? 1 : SHAPE.channels();
        return new Outline(
                "serving_default",
                image,
                InputLayout.of(image, channels),
                port("kinds", output),
                ending,
                new ClassifierShape(SHAPE.height(), SHAPE.width(), channels, SHAPE.classes()));
    }

    private static Outline plain() {
        return outline(List.of(-1L, 29L, 21L, 3L), List.of(-1L, 7L), Ending.SOFTMAX);
    }

    private static FlatGraph build(Outline outline, String genome) {
        return new NetworkBuilder(outline, 5).build(Genome.parse(genome));
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
    void whatANetworkCostsIsKnownWithoutBuildingIt(String genome) {
        var footprint = Footprint.of(build(plain(), genome));

        var network = Network.of(Genome.parse(genome), SHAPE);

        assertThat(network.macs()).isEqualTo(footprint.macs());
        assertThat(network.parameters()).isEqualTo(footprint.parameters());
    }

    @Test
    void everyNetworkOfTheDefaultSpaceCostsWhatIsSaid() {
        var space = new Space(DefaultSpace.of(SHAPE, 3_000_000));
        var random = new Random(4);
        for (int i = 0; i < 12; i++) {
            var genome = space.random(random);
            var footprint = Footprint.of(new NetworkBuilder(plain(), 1).build(genome));
            var network = Network.of(genome, SHAPE);
            assertThat(network.macs()).as(genome.toString()).isEqualTo(footprint.macs());
            assertThat(network.parameters()).isEqualTo(footprint.parameters());
        }
    }

    @Test
    void theGraphComesBackFromASavedModelAndGivesTheSame(@TempDir Path folder) {
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
        assertThat(read.signature().inputs().get(0).name()).isEqualTo("picture");
        assertThat(read.signature().outputs().get(0).name()).isEqualTo("kinds");
        assertThat(Footprint.of(read).macs()).isEqualTo(Footprint.of(graph).macs());
    }

    @Test
    void theSeedDecidesTheWeights() {
        var genome = Genome.parse(EVERY_BLOCK);
        var images = images(1, 29, 21, 3);

        var one = run(new NetworkBuilder(plain(), 5).build(genome), images);
        var same = run(new NetworkBuilder(plain(), 5).build(genome), images);
        var other = run(new NetworkBuilder(plain(), 6).build(genome), images);

        assertThat(same).isEqualTo(one);
        assertThat(other).isNotEqualTo(one);
    }

    @Test
    void theSignalNeitherDiesNorExplodesOnItsWayThroughADeepNetwork() {
        var outline = outline(List.of(-1L, 29L, 21L, 3L), List.of(-1L, 7L), Ending.LOGITS);

        var logits = run(build(outline, "s16|c16x12"), images(4, 29, 21, 3));

        double largest = 0;
        for (float logit : logits.values()) {
            largest = Math.max(largest, Math.abs(logit));
        }
        assertThat(largest).isBetween(0.01, 100.0);
    }

    @ParameterizedTest
    @CsvSource({"SOFTMAX, Softmax", "SIGMOID, Sigmoid", "LOGITS, BiasAdd"})
    void itEndsAsTheOriginalDoes(Ending ending, String op) {
        var graph = build(outline(List.of(-1L, 29L, 21L, 3L), List.of(-1L, 7L), ending), "s8|c8s2");

        var output = graph.node(graph.signature().outputs().get(0).tensor().node());

        assertThat(output.getOp()).isEqualTo(op);
    }

    @Test
    void imagesWithChannelsFirstAreTurned() {
        var last = build(plain(), "s8|c8s2");
        var first =
                build(
                        outline(List.of(-1L, 3L, 29L, 21L), List.of(-1L, 7L), Ending.SOFTMAX),
                        "s8|c8s2");
        var image = images(1, 29, 21, 3);
        var turned = new float[image.values().length];
        for (int at = 0; at < 29 * 21; at++) {
            for (int c = 0; c < 3; c++) {
                turned[c * 29 * 21 + at] = image.values()[at * 3 + c];
            }
        }

        var answer = run(first, new FloatTensor(turned, 1, 3, 29, 21));

        assertThat(answer.values()).containsExactly(run(last, image).values(), within(1e-6f));
    }

    @Test
    void imagesWithoutChannelsAndScoresOfFourDimensionsStaySo() {
        var outline = outline(List.of(-1L, 29L, 21L), List.of(-1L, 1L, 1L, 7L), Ending.SOFTMAX);

        var graph = build(outline, "s8|c8s2");

        assertThat(run(graph, images(2, 29, 21)).shape()).containsExactly(2, 1, 1, 7);
        assertThat(graph.signature().inputs().get(0).shape()).containsExactly(-1L, 29L, 21L);
        assertThat(graph.signature().outputs().get(0).shape()).containsExactly(-1L, 1L, 1L, 7L);
    }

    @Test
    void oneScoreWithoutADimensionOfItsOwnStaysSo() {
        var plain = outline(List.of(-1L, 29L, 21L, 3L), List.of(-1L), Ending.SIGMOID);
        var outline =
                new Outline(
                        plain.key(),
                        plain.input(),
                        plain.layout(),
                        plain.scores(),
                        plain.ending(),
                        new ClassifierShape(29, 21, 3, 1));

        var graph = build(outline, "s8|c8s2");

        assertThat(run(graph, images(2, 29, 21, 3)).shape()).containsExactly(2);
        assertThat(graph.signature().outputs().get(0).shape()).containsExactly(-1L);
    }

    @Test
    void bytesAreTakenWhereTheOriginalTakesThem() {
        var plain = plain();
        var bytes =
                new GraphSignature.Port(
                        "picture",
                        TensorRef.of("picture"),
                        DataType.DT_UINT8,
                        plain.input().shape());
        var outline =
                new Outline(
                        plain.key(),
                        bytes,
                        plain.layout(),
                        plain.scores(),
                        plain.ending(),
                        plain.shape());

        var graph = build(outline, "s8|c8s2");

        assertThat(run(graph, images(2, 29, 21, 3)).shape()).containsExactly(2, 7);
        assertThat(graph.signature().inputs().get(0).dtype()).isEqualTo(DataType.DT_UINT8);
    }

    @Test
    void itTakesImagesOfAnySizeWhereTheOriginalDoes() {
        var outline = outline(List.of(-1L, -1L, -1L, 3L), List.of(-1L, 7L), Ending.SOFTMAX);

        var graph = build(outline, EVERY_BLOCK);

        assertThat(run(graph, images(2, 40, 33, 3)).shape()).containsExactly(2, 7);
    }

    @Test
    void halfOfItsChannelsCanBePrunedAway() {
        var graph = build(plain(), EVERY_BLOCK);

        var pruned = new ChannelPruning(0.5).prune(graph);

        assertThat(run(pruned.graph(), images(2, 29, 21, 3)).shape()).containsExactly(2, 7);
        assertThat(Footprint.of(pruned.graph()).macs())
                .isLessThan(Footprint.of(graph).macs() * 4 / 10);
    }
}
