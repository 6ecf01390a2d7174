package io.pitlane.graph.fusion;

import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/** An activation that the int8 kernel of a convolution or dense layer can fuse. */
public enum FusedActivation {
    NONE(false, Float.POSITIVE_INFINITY),
    RELU(true, Float.POSITIVE_INFINITY),
    RELU6(true, 6f);

    private final boolean nonNegative;
    private final float ceiling;

    FusedActivation(boolean nonNegative, float ceiling) {
        this.nonNegative = nonNegative;
        this.ceiling = ceiling;
    }

    /** The activation of a node; empty when the kernels do not support it. */
    public static Optional<FusedActivation> of(NodeDef node) {
        return switch (node.getOp()) {
            case "Relu" -> Optional.of(RELU);
            case "Relu6" -> Optional.of(RELU6);
            default -> Optional.empty();
        };
    }

    /** Whether all outputs are at least 0. */
    public boolean nonNegative() {
        return nonNegative;
    }

    /** The upper bound of the outputs. */
    public float ceiling() {
        return ceiling;
    }
}
