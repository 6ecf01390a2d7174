package io.pitlane.training.weights;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.operation.LayerKernel;

/**
 * What every step keeps: a weight that an earlier step removed is still zero when the model is
 * handed over. Layers are matched by their names.
 *
 * <pre>{@code
 * SavedModelWriter.write(SparsityInvariant.checked(trained, before), folder);
 * }</pre>
 */
public final class SparsityInvariant {
    private SparsityInvariant() {}

    /**
     * Checks the kernels of a model against those that it was made from. A kernel of the same shape
     * has its zeros where they were; one that lost channels has no more weights other than zero.
     *
     * @param before the model that the step started from
     * @return the model
     * @throws FailureException INTERNAL, with the layer, where weights came back
     */
    public static FlatGraph checked(FlatGraph after, FlatGraph before) {
        for (var node : after.nodes()) {
            LayerKernel.of(after, node)
                    .ifPresent(
                            kernel ->
                                    before.find(node.getName())
                                            .flatMap(layer -> LayerKernel.of(before, layer))
                                            .ifPresent(old -> check(kernel, before, old)));
        }
        return after;
    }

    private static void check(LayerKernel kernel, FlatGraph before, LayerKernel old) {
        var mask = SparsityMasks.of(before, old);
        if (mask.isEmpty()) {
            return;
        }
        var now = kernel.values();
        long back = 0;
        if (SparsityMasks.haveSameShape(old, kernel)) {
            back = nonZero(now) - nonZero(SparsityMasks.masked(now, mask.get()));
        } else if (lostChannels(now, old.values())) {
            back = nonZero(now) - nonZero(old.values());
        }
        if (back > 0) {
            throw new FailureException(
                    Failure.Kind.INTERNAL,
                    "In layer '%s', %d weights are no longer zero that an earlier step removed."
                            .formatted(kernel.layer().getName(), back),
                    "Report it together with the plan and the log.");
        }
    }

    private static boolean lostChannels(FloatTensor now, FloatTensor old) {
        if (now.rank() != old.rank()) {
            return false;
        }
        for (int axis = 0; axis < now.rank(); axis++) {
            if (now.shape()[axis] > old.shape()[axis]) {
                return false;
            }
        }
        return true;
    }

    private static long nonZero(FloatTensor tensor) {
        long count = 0;
        for (float value : tensor.values()) {
            count += value == 0 ? 0 : 1;
        }
        return count;
    }
}
