package io.pitlane.graph.operation;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.quantization.FakeQuantization;
import java.util.Optional;
import java.util.OptionalInt;
import org.tensorflow.proto.NodeDef;

/**
 * The constant float32 kernel of a convolution or dense layer.
 *
 * @param layer the layer's node
 * @param slot which of the node's inputs the kernel is
 * @param constant the kernel's Const, of at least two dimensions
 */
public record LayerKernel(NodeDef layer, int slot, NodeDef constant) {

    /** The kernel of a node; empty when it is not a layer, or the graph computes its kernel. */
    public static Optional<LayerKernel> of(FlatGraph graph, NodeDef node) {
        var operation = Operations.of(node);
        if (operation.kind() != Kind.LAYER) {
            return Optional.empty();
        }
        return operation.weightSlots().stream()
                .filter(slot -> slot < node.getInputCount())
                .map(slot -> kernel(graph, node, slot))
                .filter(kernel -> FloatTensor.isFloatConst(kernel.constant) && kernel.rank() > 1)
                .findFirst();
    }

    private static LayerKernel kernel(FlatGraph graph, NodeDef node, int slot) {
        return new LayerKernel(node, slot, FakeQuantization.unroundedInput(graph, node, slot));
    }

    /** Name of the kernel's Const. */
    public String name() {
        return constant.getName();
    }

    /** The weights. */
    public FloatTensor values() {
        return FloatTensor.of(constant);
    }

    /** Number of dimensions. */
    public int rank() {
        return constant.getAttrOrThrow("value").getTensor().getTensorShape().getDimCount();
    }

    /** The axis of the input channels; empty where it is not a single axis. */
    public OptionalInt inputAxis() {
        return layout().inputAxis(layer, slot, rank());
    }

    /** The axis of the output channels; empty where it is not a single axis. */
    public OptionalInt outputAxis() {
        return layout().outputAxis(layer, slot, rank());
    }

    private long size(int axis) {
        return constant.getAttrOrThrow("value").getTensor().getTensorShape().getDim(axis).getSize();
    }

    private KernelLayout layout() {
        return Operations.of(layer).kernel().orElseThrow();
    }

    /** Whether the channels are the last axis of the output. */
    public boolean channelsLast() {
        return Attributes.of(layer).channelsLast();
    }

    /**
     * Whether a vector can scale or shift the output channel by channel: every weight belongs to
     * one output channel, and the output has one axis of channels.
     */
    public boolean isPerOutputChannel() {
        int rank = Operations.of(layer).rank();
        // BiasAdd supports channels first for 4-D tensors only.
        return slot == 1 && rank > 0 && (channelsLast() || rank == 4);
    }

    /** Number of output channels of a layer that is {@link #isPerOutputChannel}. */
    public int outputChannels() {
        var axis = outputAxis();
        return Math.toIntExact(
                axis.isPresent()
                        ? size(axis.getAsInt())
                        : size(inputAxis().orElseThrow()) * size(rank() - 1));
    }

    /** The weights of such a layer, each multiplied by the factor of its output channel. */
    public FloatTensor scaled(double[] factors) {
        int last = outputAxis().orElse(rank() - 1);
        var weights = values();
        int stride = weights.stride(last);
        var scaled = new float[weights.values().length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (float) (weights.values()[i] * factors[i / stride % factors.length]);
        }
        return new FloatTensor(scaled, weights.shape());
    }
}
