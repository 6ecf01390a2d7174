package io.pitlane.prune.lowrank;

import io.pitlane.contract.pruning.RankSelection.Algorithm;
import io.pitlane.graph.FloatTensor;
import java.util.List;

/**
 * The factors of a layer.
 *
 * @param ranks number of channels between them
 * @param shapes of the factors, in the order in which they are applied
 * @param kernels in these shapes
 * @param weights the kernel that they amount to, {@code [height * width * inputs, outputs]}
 */
record Factors(
        Algorithm algorithm,
        List<Integer> ranks,
        List<FactorShape> shapes,
        List<FloatTensor> kernels,
        Matrix weights) {}
