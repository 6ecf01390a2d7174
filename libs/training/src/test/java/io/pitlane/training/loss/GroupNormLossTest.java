package io.pitlane.training.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.training.Training;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.training.TrainingGraph;
import io.pitlane.training.loss.GroupNormLoss.GroupedAxis;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GroupNormLossTest {
    private static final double[] FACTORS = {0.5, 2, 0.25};

    /** Two groups of output channels, which the next kernel reads; another of its own outputs. */
    private static final GroupNormLoss LOSS =
            new GroupNormLoss(
                    List.of(
                            new GroupedAxis(
                                    "c1/kernel", 3, new int[] {0, 1, 0, GroupNormLoss.NONE}),
                            new GroupedAxis("b1/b", 0, new int[] {0, 1, 0, GroupNormLoss.NONE}),
                            new GroupedAxis(
                                    "c2/kernel", 2, new int[] {0, 1, 0, GroupNormLoss.NONE}),
                            new GroupedAxis("c2/kernel", 3, new int[] {2, GroupNormLoss.NONE})),
                    FACTORS);

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    private final FlatGraph graph = net();

    private static FlatGraph net() {
        var net = new TestNet(-1, 4, 4, 1);
        var c1 = net.relu(net.bias("b1", net.conv("c1", "x", 1, 4), 4));
        return net.graph(net.conv("c2", c1, 4, 2));
    }

    @Test
    void theLossIsTheWeightedSumOfTheNormsOfTheGroups() {
        try (var training = training(LOSS)) {
            assertThat((double) training.loss(MovedWeights.batch()))
                    .isCloseTo(expected(graph), within(1e-5));
        }
    }

    @Test
    void theGradientsMatchFiniteDifferences() {
        try (var training = training(LOSS)) {
            var gradients = training.gradients(MovedWeights.batch());
            for (var name : List.of("c1/kernel", "b1/b", "c2/kernel")) {
                var weight = FloatTensor.of(graph.node(name));
                var gradient = gradients.get(name).values();
                for (int i = 0; i < gradient.length; i++) {
                    double step = 1e-3;
                    double slope =
                            (expected(MovedWeights.moved(graph, name, weight, i, step))
                                            - expected(
                                                    MovedWeights.moved(
                                                            graph, name, weight, i, -step)))
                                    / (2 * step);
                    assertThat((double) gradient[i]).as(name + i).isCloseTo(slope, within(1e-3));
                }
            }
        }
    }

    @Test
    void aGroupAtZeroHasNoGradient() {
        // Given
        var zero = graph.edit();
        for (var name : List.of("c1/kernel", "b1/b", "c2/kernel")) {
            zero.put(FloatTensor.of(graph.node(name)).map(v -> 0f).toConst(name));
        }

        // When
        try (var training =
                new TrainingGraph(
                        zero.build(),
                        InputSpec.DEFAULT,
                        List.of(new ZeroLoss("c2"), LOSS),
                        Training.DEFAULT,
                        Map.of())) {
            // Then
            assertThat(training.loss(MovedWeights.batch())).isZero();
            assertThat(training.gradients(MovedWeights.batch()).get("c1/kernel").values())
                    .containsOnly(0f);
        }
    }

    private TrainingGraph training(LossTerm term) {
        return new TrainingGraph(
                graph,
                InputSpec.DEFAULT,
                List.of(new ZeroLoss("c2"), term),
                Training.DEFAULT,
                Map.of());
    }

    /** The norms, by loops over the elements. */
    private static double expected(FlatGraph model) {
        var squares = new double[FACTORS.length];
        for (var weight : LOSS.weights()) {
            var tensor = FloatTensor.of(model.node(weight.constant()));
            long inner = 1;
            for (int axis = weight.axis() + 1; axis < tensor.rank(); axis++) {
                inner *= tensor.shape()[axis];
            }
            for (int i = 0; i < tensor.values().length; i++) {
                int position = (int) (i / inner % tensor.shape()[weight.axis()]);
                int group = weight.groups()[position];
                if (group != GroupNormLoss.NONE) {
                    squares[group] += (double) tensor.values()[i] * tensor.values()[i];
                }
            }
        }
        double sum = 0;
        for (int i = 0; i < squares.length; i++) {
            sum += FACTORS[i] * Math.sqrt(squares[i]);
        }
        return sum;
    }
}
