package io.pitlane.prune.lowrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.pruning.RankSelection.Algorithm;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.natives.TensorFlowRuntime;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecompositionTest {
    private final FactorizableLayer layer =
            FactorTestLayers.layer(
                    FactorTestLayers.convolutions().findFirst().orElseThrow().graph());

    @BeforeAll
    static void loadNatives() {
        TensorFlowRuntime.load();
    }

    @ParameterizedTest
    @EnumSource(
            value = Algorithm.class,
            names = {"SVD", "SPATIAL", "TUCKER2"})
    void theFullRankGivesTheKernelBack(Algorithm algorithm) {
        // Given
        var samples = FactorTestLayers.correlated(layer);
        var decomposition = Decomposition.of(layer, samples, algorithm).get(0);

        // When
        var factors = decomposition.factors(decomposition.full());

        // Then
        assertThat(distance(factors.weights(), layer.weights())).isLessThan(1e-12);
        assertThat(samples.error(layer.weights(), factors.weights())).isLessThan(1e-12);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7})
    void svdIsTheBestApproximationOfWhatTheLayerGives(int rank) {
        // Given: Eckart and Young: what is lost are the squared singular values of the outputs
        var samples = FactorTestLayers.correlated(layer);
        var outputs = LinearAlgebra.product(samples.read(), layer.weights());
        double least = FactorTestLayers.tail(FactorTestLayers.jacobi(outputs), rank);

        // When
        var factors = Decomposition.of(layer, samples, Algorithm.SVD).get(0).factors(rank);

        // Then
        double lost = lost(samples.read(), factors);
        assertThat(lost).isBetween(least * (1 - 1e-9), least * 1.01);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 9})
    void aSpatialKernelIsTheBestOfItsRank(int rank) {
        // Given: rows (y, input) and columns (x, output) of the kernel
        var samples = FactorTestLayers.white(layer);
        var kernel = layer.kernel();
        var matrix = new double[3 * 6 * 3 * 8];
        for (int y = 0; y < 3; y++) {
            for (int x = 0; x < 3; x++) {
                for (int in = 0; in < 6; in++) {
                    for (int out = 0; out < 8; out++) {
                        matrix[(y * 6 + in) * 24 + x * 8 + out] = at(kernel, y, x, in, out);
                    }
                }
            }
        }
        double least =
                FactorTestLayers.tail(
                        FactorTestLayers.jacobi(new Matrix(matrix, 18, 24).transposed()), rank);

        // When
        var factors = Decomposition.of(layer, samples, Algorithm.SPATIAL).get(0).factors(rank);

        // Then
        assertThat(lost(samples.read(), factors)).isCloseTo(least, within(1e-9 * least));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 3", "3, 5"})
    void iterationsOfTuckerLowerTheErrorOfTheOutputs(int inputs, int outputs) {
        // Given
        var samples = FactorTestLayers.correlated(layer);
        var tucker = new TuckerDecomposition(layer, samples, components(samples));

        // When
        var first = tucker.iterated(0, inputs, outputs);
        var iterated = tucker.iterated(3, inputs, outputs);

        // Then: by the kernels that a graph gets
        assertThat(lostByDefinition(samples.read(), iterated))
                .isLessThan(0.999 * lostByDefinition(samples.read(), first));
        assertThat(samples.error(layer.weights(), iterated.weights()))
                .isLessThan(samples.error(layer.weights(), first.weights()));
    }

    @Test
    void theOutputsOfTuckerAreTheBestForItsInputs() {
        // Given the projection of the inputs, and reduced-rank regression by definition: of the
        // outputs of the unrestricted solution, what is lost are their last singular values
        var samples = FactorTestLayers.correlated(layer);
        var tucker = new TuckerDecomposition(layer, samples, components(samples));
        int all = layer.outputs();
        var outputs = LinearAlgebra.product(samples.read(), layer.weights());
        var unrestricted =
                LinearAlgebra.product(samples.read(), tucker.iterated(0, 3, all).weights());
        double rest = outputs.minus(unrestricted).squaredNorm();

        // When
        double lost = lost(samples.read(), tucker.iterated(0, 3, 2));

        // Then
        double tail = FactorTestLayers.tail(FactorTestLayers.jacobi(unrestricted), 2);
        assertThat(lost).isCloseTo(rest + tail, within(1e-3 * lost));
    }

    private OutputComponents components(InputSamples samples) {
        return OutputComponents.of(layer.weights(), samples.read(), samples.heldOut());
    }

    private double lostByDefinition(Matrix read, Factors factors) {
        var weights = new double[layer.patch() * layer.outputs()];
        for (int row = 0; row < layer.patch(); row++) {
            int pixel = row / layer.inputs();
            for (int out = 0; out < layer.outputs(); out++) {
                weights[row * layer.outputs() + out] =
                        product(factors, pixel / 3, pixel % 3, row % layer.inputs(), out);
            }
        }
        var made = new Matrix(weights, layer.patch(), layer.outputs());
        return LinearAlgebra.product(read, layer.weights().minus(made)).squaredNorm();
    }

    @ParameterizedTest
    @EnumSource(
            value = Algorithm.class,
            names = {"SVD", "SPATIAL", "TUCKER2"})
    void theFactorsAmountToTheirProductByDefinition(Algorithm algorithm) {
        // Given
        var samples = FactorTestLayers.correlated(layer);
        var decomposition = Decomposition.of(layer, samples, algorithm).get(0);
        int[] ranks = Arrays.stream(decomposition.full()).map(rank -> rank / 2).toArray();

        // When
        var factors = decomposition.factors(ranks);

        // Then
        double squared = 0;
        double largest = 0;
        for (int y = 0; y < 3; y++) {
            for (int x = 0; x < 3; x++) {
                for (int in = 0; in < 6; in++) {
                    for (int out = 0; out < 8; out++) {
                        double value = product(factors, y, x, in, out);
                        double given = factors.weights().at((y * 3 + x) * 6 + in, out);
                        largest = Math.max(largest, Math.abs(value - given));
                        squared += Math.pow(value - at(layer.kernel(), y, x, in, out), 2);
                    }
                }
            }
        }
        assertThat(largest).isLessThan(1e-5);
        assertThat(Math.sqrt(squared))
                .isCloseTo(
                        Math.sqrt(layer.weights().minus(factors.weights()).squaredNorm()),
                        within(1e-4));
    }

    /** One weight of the kernel that the factors amount to, from the tensors that a graph gets. */
    private static double product(Factors factors, int y, int x, int in, int out) {
        var kernels = factors.kernels();
        int first = factors.ranks().get(0);
        double sum = 0;
        for (int a = 0; a < first; a++) {
            sum +=
                    switch (factors.algorithm()) {
                        case SVD ->
                                at(kernels.get(0), y, x, in, a) * at(kernels.get(1), 0, 0, a, out);
                        case SPATIAL ->
                                at(kernels.get(0), y, 0, in, a) * at(kernels.get(1), 0, x, a, out);
                        default -> {
                            double inner = 0;
                            for (int b = 0; b < factors.ranks().get(1); b++) {
                                inner +=
                                        at(kernels.get(1), y, x, a, b)
                                                * at(kernels.get(2), 0, 0, b, out);
                            }
                            yield at(kernels.get(0), 0, 0, in, a) * inner;
                        }
                    };
        }
        return sum;
    }

    @ParameterizedTest
    @EnumSource(
            value = Algorithm.class,
            names = {"SVD", "SPATIAL", "TUCKER2"})
    void whatTheLayerReadsMakesTheErrorSmallerThanTheWeightsAlone(Algorithm algorithm) {
        // Given
        var samples = FactorTestLayers.correlated(layer);
        var byWeights = Decomposition.of(layer, FactorTestLayers.white(layer), algorithm).get(0);
        var byOutputs = Decomposition.of(layer, samples, algorithm).get(0);
        int[] ranks = Arrays.stream(byOutputs.full()).map(rank -> rank / 2).toArray();

        // When
        double ofWeights = samples.error(layer.weights(), byWeights.factors(ranks).weights());
        double ofOutputs = samples.error(layer.weights(), byOutputs.factors(ranks).weights());

        // Then: on images that the factors were not computed from
        assertThat(ofOutputs).isLessThan(0.75 * ofWeights);
    }

    @Test
    void aTuckerCoreIsTheLeastSquaresSolution() {
        // Given
        var samples = FactorTestLayers.correlated(layer);
        var decomposition = Decomposition.of(layer, samples, Algorithm.TUCKER2).get(0);

        // When
        var factors = decomposition.factors(3, 4);

        // Then: no change of a weight of the core makes the error smaller than the ridge allows
        double lost = lost(samples.read(), factors);
        var core = factors.kernels().get(1);
        for (int i = 0; i < core.values().length; i += 17) {
            for (float change : new float[] {-0.05f, 0.05f}) {
                var values = core.values().clone();
                values[i] += change;
                var changed = new FloatTensor(values, core.shape());
                assertThat(lost(samples.read(), tucker(factors, changed)))
                        .isGreaterThan(lost * 0.999);
            }
        }
    }

    private Matrix tucker(Factors factors, FloatTensor core) {
        var changed =
                new Factors(
                        factors.algorithm(),
                        factors.ranks(),
                        factors.shapes(),
                        java.util.List.of(factors.kernels().get(0), core, factors.kernels().get(2)),
                        factors.weights());
        var values = new double[layer.patch() * layer.outputs()];
        for (int i = 0; i < values.length; i++) {
            int row = i / layer.outputs();
            values[i] = product(changed, row / 18, row / 6 % 3, row % 6, i % layer.outputs());
        }
        return new Matrix(values, layer.patch(), layer.outputs());
    }

    private double lost(Matrix read, Factors factors) {
        return lost(read, factors.weights());
    }

    private double lost(Matrix read, Matrix weights) {
        return LinearAlgebra.product(read, layer.weights().minus(weights)).squaredNorm();
    }

    private static double distance(Matrix a, Matrix b) {
        return a.minus(b).squaredNorm() / b.squaredNorm();
    }

    private static double at(FloatTensor kernel, int y, int x, int in, int out) {
        var shape = kernel.shape();
        return kernel.values()[(int) (((y * shape[1] + x) * shape[2] + in) * shape[3] + out)];
    }
}
