package io.pitlane.graph.operation;

import io.pitlane.graph.Attributes;
import java.util.OptionalInt;
import org.tensorflow.proto.NodeDef;

/** Which axes of a layer's kernel index its input and output channels. */
public enum KernelLayout {
    /** {@code [..., in, out]}; {@code in} is that of one group where the convolution is grouped. */
    CONVOLUTION {
        @Override
        public OptionalInt inputAxis(NodeDef layer, int slot, int rank) {
            return OptionalInt.of(rank - 2);
        }

        @Override
        public OptionalInt outputAxis(NodeDef layer, int slot, int rank) {
            return OptionalInt.of(rank - 1);
        }
    },

    /**
     * {@code [H, W, in, multiplier]}: each input channel has {@code multiplier} adjacent output
     * channels. No single axis indexes the output channels.
     */
    DEPTHWISE {
        @Override
        public OptionalInt inputAxis(NodeDef layer, int slot, int rank) {
            return OptionalInt.of(rank - 2);
        }

        @Override
        public OptionalInt outputAxis(NodeDef layer, int slot, int rank) {
            return OptionalInt.empty();
        }
    },

    /** {@code [..., out, in]}. */
    TRANSPOSED_CONVOLUTION {
        @Override
        public OptionalInt inputAxis(NodeDef layer, int slot, int rank) {
            return OptionalInt.of(rank - 1);
        }

        @Override
        public OptionalInt outputAxis(NodeDef layer, int slot, int rank) {
            return OptionalInt.of(rank - 2);
        }
    },

    /**
     * {@code [..., in, out]} as the right factor and {@code [..., out, in]} as the left one;
     * swapped where the layer transposes it.
     */
    MATRIX {
        @Override
        public OptionalInt inputAxis(NodeDef layer, int slot, int rank) {
            return OptionalInt.of(inputsAreLast(layer, slot) ? rank - 1 : rank - 2);
        }

        @Override
        public OptionalInt outputAxis(NodeDef layer, int slot, int rank) {
            return OptionalInt.of(inputsAreLast(layer, slot) ? rank - 2 : rank - 1);
        }

        private static boolean inputsAreLast(NodeDef layer, int slot) {
            return isTransposed(layer, slot) != (slot == 0);
        }
    },

    /** Given by the equation; several axes may index inputs or outputs. */
    EINSUM {
        @Override
        public OptionalInt inputAxis(NodeDef layer, int slot, int rank) {
            return OptionalInt.empty();
        }

        @Override
        public OptionalInt outputAxis(NodeDef layer, int slot, int rank) {
            return OptionalInt.empty();
        }
    };

    /**
     * The axis of the input channels; empty where it is not a single axis.
     *
     * @param layer the node, whose attributes may transpose the kernel
     * @param slot which of the node's inputs the kernel is
     * @param rank number of dimensions of the kernel
     */
    public abstract OptionalInt inputAxis(NodeDef layer, int slot, int rank);

    /** The axis of the output channels, likewise. */
    public abstract OptionalInt outputAxis(NodeDef layer, int slot, int rank);

    /** Whether the layer's output is a feature map, with spatial axes and channels. */
    public boolean isConvolution() {
        return this == CONVOLUTION || this == DEPTHWISE || this == TRANSPOSED_CONVOLUTION;
    }

    /** Whether a matrix product transposes its factor at this input. */
    public static boolean isTransposed(NodeDef product, int slot) {
        var attributes = Attributes.of(product);
        return slot == 0
                ? attributes.bool("transpose_a", false) || attributes.bool("adj_x", false)
                : attributes.bool("transpose_b", false) || attributes.bool("adj_y", false);
    }
}
