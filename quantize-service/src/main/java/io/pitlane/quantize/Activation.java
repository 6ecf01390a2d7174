package io.pitlane.quantize;

import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/** What stands behind a convolution or dense layer and can be done by its int8 kernel. */
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

    /** The activation that a node is, if it is one that a kernel knows. */
    static Optional<Activation> of(NodeDef node) {
        return switch (node.getOp()) {
            case "Relu" -> Optional.of(RELU);
            case "Relu6" -> Optional.of(RELU6);
            default -> Optional.empty();
        };
    }

    /** Whether nothing below 0 comes out. */
    boolean nonNegative() {
        return nonNegative;
    }

    /** No value above this comes out. */
    float ceiling() {
        return ceiling;
    }
}
