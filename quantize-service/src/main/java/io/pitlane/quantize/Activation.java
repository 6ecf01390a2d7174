package io.pitlane.quantize;

import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/** An activation that the int8 kernel of a convolution or dense layer can fuse. */
enum Activation {
    NONE(false, Float.POSITIVE_INFINITY),
    RELU(true, Float.POSITIVE_INFINITY),
    RELU6(true, 6f);

    private final boolean nonNegative;
    private final float ceiling;

    Activation(boolean nonNegative, float ceiling) {
        this.nonNegative = nonNegative;
        this.ceiling = ceiling;
    }

    /** The activation of a node; empty when the kernels do not support it. */
    static Optional<Activation> of(NodeDef node) {
        return switch (node.getOp()) {
            case "Relu" -> Optional.of(RELU);
            case "Relu6" -> Optional.of(RELU6);
            default -> Optional.empty();
        };
    }

    /** Whether all outputs are at least 0. */
    boolean nonNegative() {
        return nonNegative;
    }

    /** The upper bound of the outputs. */
    float ceiling() {
        return ceiling;
    }
}
