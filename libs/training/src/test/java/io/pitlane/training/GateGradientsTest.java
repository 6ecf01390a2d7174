package io.pitlane.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.training.Training;
import io.pitlane.data.Annotations;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.training.GateGradients.Gate;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.loss.TaskLosses;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GateGradientsTest {
    private static final int CLASSES = 3;
    private static final int IMAGES = 5;
    private static final int[] LABELS = {0, 2, 1, 1, 0};
    private static final InputSpec INPUT =
            InputSpec.builder().channels(InputSpec.Channels.GREY).scale(1 / 255.0).build();
    private static final List<Gate> GATES =
            List.of(new Gate("c2", 0, 3), new Gate("c3", 0, 3), new Gate("d", 0, 1));

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    /** Two convolutions read the channels of the first; a dense layer reads their sum, flat. */
    private static FlatGraph net() {
        return net(null);
    }

    private static FlatGraph net(String activation) {
        var net = new TestNet(-1, 4, 4, 1);
        var c1 = net.op("Elu", "e1", net.bias("b1", net.conv("c1", "x", 1, 3), 3));
        var sum = net.op("AddV2", "s", net.conv("c2", c1, 3, 2), net.conv("c3", c1, 3, 2));
        var flat = net.reshape("flat", net.op("Tanh", "t", sum), -1, 32);
        var logits = net.bias("b", net.dense("d", flat, 32, CLASSES), CLASSES);
        return net.graph(activation == null ? logits : net.op(activation, "out", logits));
    }

    private static Image image(long seed) {
        var pixels = new byte[16];
        new Random(seed).nextBytes(pixels);
        return new Image(4, 4, 1, pixels);
    }

    private static ImageSet labelled() {
        var images = new ArrayList<Image>();
        for (int i = 0; i < IMAGES; i++) {
            images.add(image(i));
        }
        return ImageSet.of(images, LABELS);
    }

    private static Preprocessor input(FlatGraph graph) {
        return Preprocessor.of(INPUT, graph.signature().inputs().get(0));
    }

    @Test
    void theGradientsOfEachImageAreTheFiniteDifferencesOfItsLoss() {
        // Given
        var net = net();
        var images = labelled();
        var terms = labels(net, images);

        // When
        var found = new ArrayList<double[][]>();
        try (var gates = new GateGradients(net, INPUT, terms, GATES)) {
            gates.forEach(images, input(net), done -> {}, found::add);
        }

        // Then
        assertThat(found).hasSize(IMAGES);
        for (int i = 0; i < IMAGES; i++) {
            int label = LABELS[i];
            var batch = input(net).batch(images, new int[] {i});
            for (int gate = 0; gate < GATES.size(); gate++) {
                for (int c = 0; c < found.get(i)[gate].length; c++) {
                    double expected =
                            difference(net, batch, gate, c, logits -> crossEntropy(logits, label));
                    assertThat(found.get(i)[gate][c])
                            .as("image %d, gate %d, channel %d", i, gate, c)
                            .isCloseTo(expected, within(2e-3));
                }
            }
        }
    }

    private static List<LossTerm> labels(FlatGraph net, ImageSet images) {
        return List.of(
                new TaskLosses(Task.CLASSIFICATION, images, Training.DEFAULT)
                        .labels(net, 1)
                        .orElseThrow());
    }

    private static double crossEntropy(float[] logits, int label) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        return Math.log(sum) - logits[label];
    }

    /** Of a function of the logits, when what the layer reads of the channel is scaled. */
    private static double difference(
            FlatGraph net, FloatTensor image, int gate, int channel, ToDoubleFunction<float[]> of) {
        double step = 1e-2;
        double more = of.applyAsDouble(logits(scaled(net, gate, channel, 1 + step), image));
        double less = of.applyAsDouble(logits(scaled(net, gate, channel, 1 - step), image));
        return (more - less) / (2 * step);
    }

    private static float[] logits(FlatGraph net, FloatTensor image) {
        try (var session = GraphSession.open(net)) {
            return session.run(image).get(0).values();
        }
    }

    /** The net whose layer has the weights that read one of its channels multiplied. */
    private static FlatGraph scaled(FlatGraph net, int gate, int channel, double factor) {
        var name = GATES.get(gate).layer() + "/kernel";
        var kernel = FloatTensor.of(net.node(name));
        var values = kernel.values().clone();
        int outputs = (int) kernel.shape()[kernel.rank() - 1];
        int inputs = (int) kernel.shape()[kernel.rank() - 2];
        for (int i = 0; i < values.length; i++) {
            if (i / outputs % inputs == channel) {
                values[i] *= (float) factor;
            }
        }
        return net.edit().put(new FloatTensor(values, kernel.shape()).toConst(name)).build();
    }

    /**
     * Fisher information by its definition: the variance of the logits' gradients for classes of
     * these probabilities, or twice the mean of their squares for the mean squared error.
     */
    @ParameterizedTest
    @EnumSource(
            value = Task.class,
            names = {"CLASSIFICATION", "REGRESSION"})
    void theSquaredGradientsForDrawnOutputsAreTheFisherInformation(Task task) {
        // Given
        var net = net();
        int copies = 6000;
        var images = ImageSet.of(Collections.nCopies(copies, image(1)), (int[]) null);
        var terms = new TaskLosses(task, images, Training.DEFAULT).sampled(net, 3);

        // When
        var squares = new double[GATES.size()][32];
        try (var gates = new GateGradients(net, INPUT, terms, GATES)) {
            gates.forEach(
                    images, input(net), done -> {}, each -> addSquares(each, squares, copies));
        }

        // Then
        var batch = input(net).batch(images, new int[] {0});
        for (int gate = 0; gate < 2; gate++) {
            for (int c = 0; c < 3; c++) {
                double expected = fisher(task, net, batch, gate, c);
                assertThat(squares[gate][c]).isCloseTo(expected, within(0.06 * expected));
            }
        }
    }

    private static void addSquares(double[][] gradients, double[][] squares, int count) {
        for (int gate = 0; gate < gradients.length; gate++) {
            for (int c = 0; c < gradients[gate].length; c++) {
                squares[gate][c] += gradients[gate][c] * gradients[gate][c] / count;
            }
        }
    }

    private static double fisher(
            Task task, FlatGraph net, FloatTensor image, int gate, int channel) {
        var logits = logits(net, image);
        double normalizer = Math.exp(crossEntropy(logits, 0) + logits[0]);
        double mean = 0;
        double square = 0;
        for (int k = 0; k < CLASSES; k++) {
            int output = k;
            double slope = difference(net, image, gate, channel, all -> all[output]);
            double share = task == Task.REGRESSION ? 1 : Math.exp(logits[k]) / normalizer;
            mean += share * slope;
            square += share * slope * slope;
        }
        return task == Task.REGRESSION ? 2 * square / CLASSES : square - mean * mean;
    }

    /** Of a sigmoid z with slope s, the Fisher information is p (1 - p) s^2. */
    @Test
    void theFisherInformationOfIndependentProbabilitiesIsTheSumOfTheirVariances() {
        // Given
        var logits = net();
        var probabilities = net("Sigmoid");
        int copies = 6000;
        var images = ImageSet.of(Collections.nCopies(copies, image(1)), (int[]) null);
        var terms =
                new TaskLosses(Task.DETECTION, images, Training.DEFAULT).sampled(probabilities, 3);

        // When
        var squares = new double[GATES.size()][32];
        try (var gates = new GateGradients(probabilities, INPUT, terms, GATES)) {
            gates.forEach(
                    images, input(logits), done -> {}, each -> addSquares(each, squares, copies));
        }

        // Then
        var batch = input(logits).batch(images, new int[] {0});
        double expected = 0;
        for (int k = 0; k < CLASSES; k++) {
            int output = k;
            double slope = difference(logits, batch, 0, 0, all -> all[output]);
            double p = 1 / (1 + Math.exp(-logits(logits, batch)[k]));
            expected += p * (1 - p) * slope * slope;
        }
        assertThat(squares[0][0]).isCloseTo(expected, within(0.06 * expected));
    }

    @Test
    void drawnOutputsAreTheSameEachTime() {
        // Given
        var net = net();
        var images = ImageSet.of(List.of(image(1), image(2)), (int[]) null);
        var losses = new TaskLosses(Task.CLASSIFICATION, images, Training.DEFAULT);

        // When
        var some = gradients(net, images, losses.sampled(net, 3));
        var again = gradients(net, images, losses.sampled(net, 3));
        var others = gradients(net, images, losses.sampled(net, 4));

        // Then
        assertThat(some).isEqualTo(again).isNotEqualTo(others);
    }

    private static List<Double> gradients(FlatGraph net, ImageSet images, List<LossTerm> terms) {
        var found = new ArrayList<Double>();
        try (var gates = new GateGradients(net, INPUT, terms, GATES)) {
            gates.forEach(images, input(net), done -> {}, each -> found.add(each[0][0]));
        }
        return found;
    }

    @Test
    void aLayerThatNoGradientReachesIsNamed() {
        // Given
        var net = new TestNet(-1, 4, 4, 1);
        var c2 = net.conv("c2", net.op("Floor", "f", net.conv("c1", "x", 1, 3)), 3, 2);
        var flat = net.reshape("flat", c2, -1, 32);
        var graph = net.graph(net.dense("d", flat, 32, CLASSES));
        var terms = labels(graph, labelled());
        var gates = List.of(new Gate("c1", 0, 3));

        // Then
        assertThatThrownBy(() -> new GateGradients(graph, INPUT, terms, gates))
                .isInstanceOf(MissingGradientException.class)
                .hasMessageContaining("No gradient of the loss reaches the layer 'c1'");
    }

    @Test
    void anOperationWithoutGradientIsNamed() {
        // Given
        var net = new TestNet(-1, 4, 4, 1);
        var c1 = net.conv("c1", "x", 1, 3);
        var c2 = net.conv("c2", net.op("Mul", "m", c1, net.op("OnesLike", "o", c1)), 3, 2);
        var flat = net.reshape("flat", c2, -1, 32);
        var graph = net.graph(net.dense("d", flat, 32, CLASSES));
        var terms = labels(graph, labelled());
        var gates = List.of(new Gate("c1", 0, 3));

        // Then
        assertThatThrownBy(() -> new GateGradients(graph, INPUT, terms, gates))
                .isInstanceOf(MissingGradientException.class)
                .hasMessageContaining("OnesLike");
    }

    @Test
    void regressionOnValuesHasItsOwnLoss() {
        // Given
        var net = net();
        var values = new float[][] {{1, 2, 3}};
        var images = ImageSet.of(List.of(image(1)), new Annotations.Values(values));
        var terms =
                List.of(
                        new TaskLosses(Task.REGRESSION, images, Training.DEFAULT)
                                .labels(net, 1)
                                .orElseThrow());

        // When
        var found = gradients(net, images, terms);

        // Then
        var batch = input(net).batch(images, new int[] {0});
        double expected = difference(net, batch, 0, 0, logits -> meanSquare(logits, values[0]));
        assertThat(found.get(0)).isCloseTo(expected, within(2e-3));
    }

    private static double meanSquare(float[] answers, float[] values) {
        double sum = 0;
        for (int k = 0; k < answers.length; k++) {
            sum += Math.pow(answers[k] - values[k], 2);
        }
        return sum / answers.length;
    }
}
