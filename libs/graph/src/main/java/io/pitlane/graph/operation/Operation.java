package io.pitlane.graph.operation;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What compression needs to know of a TensorFlow operation: one row of the table {@link
 * Operations}.
 *
 * @param name the operation's name in a graph, as {@code Conv2D}
 * @param kind what it does
 * @param kernel how its kernel is laid out; empty for an operation without kernel
 * @param rank dimensions of the kernel and of the output; 0 where there may be any number
 * @param weightSlots the inputs at which a constant is a weight, the usual one first
 * @param properties further properties
 */
public record Operation(
        String name,
        Kind kind,
        Optional<KernelLayout> kernel,
        int rank,
        List<Integer> weightSlots,
        Set<Property> properties) {

    /** What an operation does. */
    public enum Kind {
        /** Multiplies features by a kernel and accumulates. */
        LAYER,
        /** A layer as graph optimizers or quantization write it, mostly with its bias and more. */
        FUSED_LAYER,
        /** An operation whose kernel no technique changes: recurrent cells, grey dilation. */
        OTHER_LAYER,
        /** Adds a vector, one value a channel. */
        BIAS,
        /** Normalises every channel. */
        BATCH_NORM,
        /** Adds tensors. */
        ADDITION,
        /** Subtracts the second tensor from the first. */
        SUBTRACTION,
        /** Multiplies two tensors element by element. */
        MULTIPLICATION,
        /** Divides the first tensor by the second. */
        DIVISION,
        /** Compares two tensors element by element. */
        COMPARISON,
        /** Any other function of several tensors, element by element, with broadcasting. */
        BROADCAST,
        /** A non-linearity of one tensor, element by element. */
        ACTIVATION,
        /** Any other function of one tensor, element by element. */
        POINTWISE,
        /** Softmax or its logarithm, over the last axis. */
        SOFTMAX,
        /** Passes its input on. */
        IDENTITY,
        /** Passes the values on in the same order, in another shape. */
        RESHAPE,
        /** Adds values before and after an axis. */
        PADDING,
        /** Reduces axes to their mean, maximum, minimum, sum or product. */
        REDUCTION,
        /** Takes the maximum or mean of windows of every channel. */
        POOLING,
        /** Resamples images, every channel alike. */
        RESIZE,
        /** Joins tensors along an existing axis. */
        CONCATENATION,
        /** Selects some of the values; which ones, and how many, depends on the values. */
        SELECTION,
        /** Rounds float values to those of a quantization. */
        FAKE_QUANTIZATION,
        /** Quantizes, dequantizes, or computes on quantized values without a kernel. */
        QUANTIZATION,
        /** Holds a variable. */
        VARIABLE,
        /** Passes its input to one of two branches, by a condition. */
        SWITCH,
        /** Passes on the one of its inputs whose branch ran. */
        MERGE,
        /** Anything else, and every operation that the table does not have. */
        OTHER
    }

    /** A property of an operation. */
    public enum Property {
        /** TensorFlow has a gradient for its weights: they can be trained. */
        TRAINABLE,
        /** An engine has an int8 kernel for it, alone or fused with the layer before. */
        INT8_KERNEL,
        /** Its tensors are quantized; their ranges are further inputs, but not weights. */
        QUANTIZED,
        /** Piecewise constant: its gradient is zero or undefined. */
        STEPWISE,
        /** Its output holds values of its input, none of them changed. */
        KEEPS_VALUES,
        /**
         * Its output is read as probabilities: a sigmoid, a softmax, or values with an upper limit.
         */
        PROBABILITIES
    }

    public Operation {
        weightSlots = List.copyOf(weightSlots);
        properties = Set.copyOf(properties);
    }

    /** Whether it is a layer of any kind: a constant among its inputs can be a kernel. */
    public boolean isLayer() {
        return switch (kind) {
            case LAYER, FUSED_LAYER, OTHER_LAYER -> true;
            default -> false;
        };
    }

    /** Whether it multiplies and accumulates, which is what MACs count. */
    public boolean hasMacs() {
        return kernel.isPresent();
    }

    /** Whether its weights can be trained. */
    public boolean isTrainable() {
        return properties.contains(Property.TRAINABLE);
    }

    /** Whether single weights of its kernel can be masked to zero. */
    public boolean isPrunable() {
        return kind == Kind.LAYER;
    }

    /** Whether an engine has an int8 kernel for it, alone or fused with the layer before. */
    public boolean hasInt8Kernel() {
        return properties.contains(Property.INT8_KERNEL);
    }

    /** Whether its tensors are quantized, and their ranges further inputs. */
    public boolean isQuantized() {
        return properties.contains(Property.QUANTIZED);
    }

    /** Whether a small change of the input changes the output. */
    public boolean hasSlope() {
        return !properties.contains(Property.STEPWISE);
    }

    /** Whether its output holds values of its first input, none of them changed. */
    public boolean keepsValues() {
        return kind == Kind.IDENTITY
                || kind == Kind.RESHAPE
                || properties.contains(Property.KEEPS_VALUES);
    }

    /** Whether its output is read as probabilities, 0..1. */
    public boolean givesProbabilities() {
        return properties.contains(Property.PROBABILITIES);
    }

    /** Whether it is a convolution of each channel by itself. */
    public boolean isDepthwise() {
        return kernel.filter(layout -> layout == KernelLayout.DEPTHWISE).isPresent();
    }

    /** Whether it is a convolution from its output to its input. */
    public boolean isTransposedConvolution() {
        return kernel.filter(layout -> layout == KernelLayout.TRANSPOSED_CONVOLUTION).isPresent();
    }

    /** The input of a layer that it applies its kernel to, where the kernel is input 1. */
    public int featureSlot() {
        return isTransposedConvolution() ? 2 : 0;
    }

    /** Whether it is a convolution of any form. */
    public boolean isConvolution() {
        return kernel.filter(KernelLayout::isConvolution).isPresent();
    }
}
