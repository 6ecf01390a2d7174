package io.pitlane.analysis.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.graph.channels.dependency.TestNet;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class LeastSquaresTest {
    private static final int INPUTS = 7;
    private static final int OUTPUTS = 3;
    private static final int SAMPLES = 200;
    private static final double RIDGE = 0.05;
    private static final double RATE = 5e-4;

    private final Random random = new Random(3);
    private final double[][] inputs = new double[SAMPLES][INPUTS];
    private final double[][] outputs = new double[SAMPLES][OUTPUTS];
    private final double[] before = values(INPUTS * OUTPUTS);

    LeastSquaresTest() {
        var weights = values(INPUTS * OUTPUTS);
        for (int i = 0; i < SAMPLES; i++) {
            for (int j = 0; j < INPUTS; j++) {
                inputs[i][j] = (float) (1 + random.nextGaussian());
            }
            for (int k = 0; k < OUTPUTS; k++) {
                double sum = 2 + 0.1 * random.nextGaussian();
                for (int j = 0; j < INPUTS; j++) {
                    sum += weights[j * OUTPUTS + k] * inputs[i][j];
                }
                outputs[i][k] = (float) sum;
            }
        }
    }

    private double[] values(int length) {
        return random.doubles(length, -1, 1).toArray();
    }

    @Test
    void theWeightsAreThoseOfGradientDescentOnTheSameLoss() {
        // When
        var solution = solve(false, RIDGE);

        // Then
        var expected = descended(null);
        assertThat(solution.weights()).containsExactly(expected, within(1e-6));
        assertThat(solution.intercept()).containsOnly(0);
    }

    @Test
    void theInterceptIsFittedAlong() {
        // When
        var solution = solve(true, RIDGE);

        // Then
        var intercept = new double[OUTPUTS];
        var expected = descended(intercept);
        assertThat(solution.weights()).containsExactly(expected, within(1e-6));
        assertThat(solution.intercept()).containsExactly(intercept, within(1e-6));
        assertThat(solution.errorAfter()).isLessThan(0.01 * solution.errorBefore());
    }

    @Test
    void aSampleOfWeightThreeCountsAsThree() {
        // When
        var weighted = solve(before, true, RIDGE, i -> i % 7 == 0 ? 3 : 1, i -> 1);
        var repeated = solve(before, true, RIDGE, i -> 1, i -> i % 7 == 0 ? 3 : 1);
        var plain = solve(before, true, RIDGE, i -> 1, i -> 1);

        // Then
        assertThat(weighted.weights()).containsExactly(repeated.weights(), within(1e-6));
        assertThat(weighted.intercept()).containsExactly(repeated.intercept(), within(1e-6));
        assertThat(weighted.weights()[0]).isNotCloseTo(plain.weights()[0], within(1e-4));
    }

    @Test
    void theStatisticsOfTheOutputsAreThoseOfTheSamples() {
        // When
        var solution = solve(true, RIDGE);

        // Then
        for (int k = 0; k < OUTPUTS; k++) {
            double sum = 0;
            double squares = 0;
            for (var sample : inputs) {
                double output = 0;
                for (int j = 0; j < INPUTS; j++) {
                    output += solution.weights()[j * OUTPUTS + k] * sample[j];
                }
                sum += output / SAMPLES;
                squares += output * output / SAMPLES;
            }
            assertThat(solution.means()[k]).isCloseTo(sum, within(1e-6));
            assertThat(solution.variances()[k]).isCloseTo(squares - sum * sum, within(1e-6));
        }
    }

    @Test
    void weightsThatAreAlreadyRightStay() {
        // Given
        var right = solve(true, 1e-9);
        for (int i = 0; i < SAMPLES; i++) {
            for (int k = 0; k < OUTPUTS; k++) {
                outputs[i][k] = 0;
                for (int j = 0; j < INPUTS; j++) {
                    outputs[i][k] += right.weights()[j * OUTPUTS + k] * inputs[i][j];
                }
            }
        }

        // When
        var again = solve(right.weights(), true, RIDGE);

        // Then
        assertThat(again.weights()).containsExactly(right.weights(), within(1e-6));
    }

    private LeastSquares.Solution solve(boolean hasIntercept, double ridge) {
        return solve(before, hasIntercept, ridge);
    }

    private LeastSquares.Solution solve(double[] weights, boolean hasIntercept, double ridge) {
        return solve(weights, hasIntercept, ridge, i -> 1, i -> 1);
    }

    private LeastSquares.Solution solve(
            double[] weights,
            boolean hasIntercept,
            double ridge,
            IntUnaryOperator weight,
            IntUnaryOperator times) {
        var net = new TestNet(-1, INPUTS);
        var graph = net.graph(net.dense("layer", "x", INPUTS, OUTPUTS));
        var layout = new KernelMatrix(graph.node("layer"), new long[] {INPUTS, OUTPUTS}, INPUTS);
        try (var session = new MatrixSession()) {
            var equations = new LeastSquares(session, layout, hasIntercept);
            for (int i = 0; i < SAMPLES; i++) {
                for (int time = 0; time < times.applyAsInt(i); time++) {
                    int of = weight.applyAsInt(i);
                    equations.add(i, floats(inputs[i]), floats(outputs[i]), 0, of);
                }
            }
            return equations.solve(weights.clone(), ridge);
        }
    }

    private static float[] floats(double[] values) {
        var floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /**
     * Minimises the squared error and the ridge by gradient descent.
     *
     * @param intercept to start from; null where there is none
     */
    private double[] descended(double[] intercept) {
        var means = new double[INPUTS];
        for (var sample : inputs) {
            for (int j = 0; j < INPUTS; j++) {
                means[j] += intercept == null ? 0 : sample[j] / SAMPLES;
            }
        }
        double square = 0;
        for (var sample : inputs) {
            for (int j = 0; j < INPUTS; j++) {
                square += Math.pow(sample[j] - means[j], 2) / INPUTS;
            }
        }
        var weights = before.clone();
        for (int step = 0; step < 20_000; step++) {
            var gradient = new double[weights.length];
            var shift = new double[OUTPUTS];
            for (int i = 0; i < weights.length; i++) {
                gradient[i] = RIDGE * square * (weights[i] - before[i]);
            }
            for (int i = 0; i < SAMPLES; i++) {
                for (int k = 0; k < OUTPUTS; k++) {
                    double difference = (intercept == null ? 0 : intercept[k]) - outputs[i][k];
                    for (int j = 0; j < INPUTS; j++) {
                        difference += weights[j * OUTPUTS + k] * inputs[i][j];
                    }
                    for (int j = 0; j < INPUTS; j++) {
                        gradient[j * OUTPUTS + k] += difference * inputs[i][j];
                    }
                    shift[k] += difference;
                }
            }
            for (int i = 0; i < weights.length; i++) {
                weights[i] -= RATE * gradient[i];
            }
            for (int k = 0; intercept != null && k < OUTPUTS; k++) {
                intercept[k] -= RATE * shift[k];
            }
        }
        return weights;
    }
}
