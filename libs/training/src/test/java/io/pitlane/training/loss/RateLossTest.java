package io.pitlane.training.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.training.Training;
import io.pitlane.contract.training.Training.Optimizer;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.training.TrainingGraph;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RateLossTest {
    private static final double NATS = 0.01;
    private static final double STEPS_PER_UNIT = 4;
    private static final List<String> WEIGHTS = List.of("c1/kernel", "b1/b", "c2/kernel");

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    private final FlatGraph graph = net();

    private static FlatGraph net() {
        var net = new TestNet(-1, 4, 4, 1);
        var c1 = net.relu(net.bias("b1", net.conv("c1", "x", 1, 6), 6));
        var plain = net.graph(net.conv("c2", c1, 6, 5));
        var random = new Random(3);
        var latents = plain.edit();
        for (var name : WEIGHTS) {
            latents.put(
                    FloatTensor.of(plain.node(name))
                            .map(v -> random.nextGaussian() * 0.9 / STEPS_PER_UNIT)
                            .toConst(name));
        }
        return latents.build();
    }

    @Test
    void theLossIsTheNumberOfBitsByTheCountsOfRowsAndColumns() {
        try (var training = training()) {
            assertThat((double) training.loss(MovedWeights.batch()))
                    .isCloseTo(expected(graph), within(1e-4));
        }
    }

    @Test
    void theGradientsMatchFiniteDifferences() {
        try (var training = training()) {
            // When: a step of plain gradient descent, at the end of the training
            training.step(MovedWeights.batch(), 1, 0, 0);
            var after = training.constants();

            // Then
            for (var name : WEIGHTS) {
                var weight = FloatTensor.of(graph.node(name));
                for (int i = 0; i < weight.values().length; i++) {
                    double gradient = weight.values()[i] - after.get(name).values()[i];
                    assertThat(gradient)
                            .as("%s %d, %s", name, i, weight.values()[i])
                            .isCloseTo(slope(name, weight, i), within(2e-4));
                }
            }
        }
    }

    @Test
    void theWeightOfABitRisesInTheFirstThirdOfATraining() {
        try (var training = training()) {
            // Given
            var weight = FloatTensor.of(graph.node("c1/kernel"));

            // When: at 15 % of the training
            training.step(MovedWeights.batch(), 1, 0, 0.85);

            // Then
            double change = weight.values()[0] - training.constants().get("c1/kernel").values()[0];
            assertThat(change).isCloseTo(slope("c1/kernel", weight, 0) / 4, within(1e-4));
        }
    }

    private double slope(String name, FloatTensor weight, int index) {
        double by = 1e-4;
        return (expected(MovedWeights.moved(graph, name, weight, index, by))
                        - expected(MovedWeights.moved(graph, name, weight, index, -by)))
                / (2 * by);
    }

    private TrainingGraph training() {
        var descent = new Optimizer(Optimizer.Method.SGD, 0.0, null, null);
        return new TrainingGraph(
                graph,
                InputSpec.DEFAULT,
                List.of(new ZeroLoss("c2"), new RateLoss(WEIGHTS, STEPS_PER_UNIT, NATS)),
                Training.builder().optimizer(descent).build(),
                Map.of());
    }

    /** The bits, by loops over the elements; counts are those of the graph before any move. */
    private double expected(FlatGraph model) {
        double bits = 0;
        for (var name : WEIGHTS) {
            var counted = FloatTensor.of(graph.node(name));
            var moved = FloatTensor.of(model.node(name)).values();
            int columns = (int) counted.shape()[counted.rank() - 1];
            int rows = moved.length / columns;
            var ofRow = new int[rows];
            var ofColumn = new int[columns];
            int nonZero = 0;
            int sum = 0;
            for (int i = 0; i < moved.length; i++) {
                int code = (int) Math.round(Math.abs(counted.values()[i] * STEPS_PER_UNIT));
                int flag = code == 0 ? 0 : 1;
                ofRow[i / columns] += flag;
                ofColumn[i % columns] += flag;
                nonZero += flag;
                sum += code;
            }
            double first = (nonZero + 0.4) / (sum + 0.8);
            double all = logit(nonZero, moved.length);
            double larger = Math.min(6, -log2(1 - first));
            for (int i = 0; i < moved.length; i++) {
                double row = rows == 1 ? all : logit(ofRow[i / columns], columns);
                double column = rows == 1 ? all : logit(ofColumn[i % columns], rows);
                double cost = Math.max(-3, Math.min(14, -row)) - column + all + 1 - log2(first);
                double magnitude = Math.abs(moved[i] * STEPS_PER_UNIT);
                double below = Math.min(1, magnitude);
                double share = below < 0.1 ? 5 * below * below : below - 0.05;
                bits += Math.max(0.5, cost) * share / 0.95;
                bits += larger * Math.max(0, magnitude - 1);
            }
        }
        return NATS * bits;
    }

    private static double logit(int count, int of) {
        return log2((count + 0.4) / (of - count + 0.4));
    }

    private static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }
}
