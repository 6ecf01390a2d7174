package io.pitlane.prune.lowrank;

import io.pitlane.contract.pruning.RankSelection.Algorithm;
import java.util.ArrayList;
import java.util.List;

/** A way to write the kernel of one layer as factors, for any rank. */
interface Decomposition {
    /** Ridge of every least-squares solution, towards the solution before. */
    double RIDGE = 0.01;

    Algorithm algorithm();

    /** The highest ranks. */
    int[] full();

    /**
     * About the squared error of the outputs over the squared outputs, without computing factors.
     */
    double estimatedError(int... ranks);

    /** The shapes of the factors. */
    List<FactorShape> shapes(int... ranks);

    /** The ranks that the weights have apart from noise, at least 1. */
    int[] variationalRanks();

    /** The factors. */
    Factors factors(int... ranks);

    /** The decompositions that can be used for a layer. */
    static List<Decomposition> of(FactorizableLayer layer, InputSamples samples, Algorithm wanted) {
        var all = new ArrayList<Decomposition>();
        var components = OutputComponents.of(layer.weights(), samples.read(), samples.heldOut());
        if (wanted == Algorithm.AUTO || wanted == Algorithm.SVD) {
            all.add(new SvdDecomposition(layer, components));
        }
        boolean isSpatial = layer.height() > 1 && layer.width() > 1;
        if (isSpatial && (wanted == Algorithm.AUTO || wanted == Algorithm.SPATIAL)) {
            all.add(new SpatialDecomposition(layer, samples));
        }
        boolean isPointwise = layer.height() * layer.width() == 1;
        if (!isPointwise && (wanted == Algorithm.AUTO || wanted == Algorithm.TUCKER2)) {
            all.add(new TuckerDecomposition(layer, samples, components));
        }
        return all;
    }
}
