package io.pitlane.model.train;

import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * A constant that training may move.
 *
 * @param name name of the Const
 * @param user the first node that uses it as a weight
 * @param slot which of the user's inputs it is
 */
record Weight(String name, NodeDef user, int slot) {
    private static final Set<String> NOT_KERNELS =
            Set.of("BiasAdd", "FusedBatchNormV3", "Add", "AddV2", "Sub", "Mul");

    /** Whether it is a filter or matrix, rather than a bias, a scale or an offset. */
    boolean isKernel() {
        return !NOT_KERNELS.contains(user.getOp());
    }
}
