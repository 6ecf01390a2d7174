package io.pitlane.prune.lowrank;

import io.pitlane.contract.pruning.RankSelection.Algorithm;
import io.pitlane.graph.FloatTensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

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
        Matrix weights) {

    /**
     * Factors with these matrices as kernels.
     *
     * @param kernels each with the values of its shape, in their order
     */
    static Factors of(
            Algorithm algorithm,
            int[] ranks,
            List<FactorShape> shapes,
            List<Matrix> kernels,
            Matrix weights) {
        var tensors =
                IntStream.range(0, kernels.size())
                        .mapToObj(i -> kernels.get(i).toTensor(shapes.get(i).dimensions()))
                        .toList();
        return new Factors(
                algorithm, Arrays.stream(ranks).boxed().toList(), shapes, tensors, weights);
    }
}
