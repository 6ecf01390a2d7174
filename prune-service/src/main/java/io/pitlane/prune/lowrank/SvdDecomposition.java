package io.pitlane.prune.lowrank;

import io.pitlane.contract.pruning.RankSelection.Algorithm;
import java.util.List;

/**
 * The kernel with a few outputs, then a pointwise layer from them to all: the projection of the
 * outputs onto their first principal components (Zhang, Zou, He, Sun: Accelerating Very Deep
 * Convolutional Networks for Classification and Detection, PAMI 2016, section 3.1).
 */
final class SvdDecomposition implements Decomposition {
    private final FactorizableLayer layer;
    private final OutputComponents components;

    SvdDecomposition(FactorizableLayer layer, OutputComponents components) {
        this.layer = layer;
        this.components = components;
    }

    @Override
    public Algorithm algorithm() {
        return Algorithm.SVD;
    }

    @Override
    public int[] full() {
        return new int[] {Math.min(layer.patch(), layer.outputs())};
    }

    @Override
    public double estimatedError(int... ranks) {
        return components.errors()[ranks[0]];
    }

    @Override
    public List<FactorShape> shapes(int... ranks) {
        return List.of(
                FactorShape.full(layer.height(), layer.width(), layer.inputs(), ranks[0]),
                FactorShape.pointwise(ranks[0], layer.outputs()));
    }

    @Override
    public int[] variationalRanks() {
        return new int[] {SingularValues.variationalRank(layer.weights())};
    }

    @Override
    public Factors factors(int... ranks) {
        var back = components.first(ranks[0]);
        var first = LinearAlgebra.product(layer.weights(), back);
        var second = back.transposed();
        return Factors.of(
                algorithm(),
                ranks,
                shapes(ranks),
                List.of(first, second),
                LinearAlgebra.product(first, second));
    }
}
