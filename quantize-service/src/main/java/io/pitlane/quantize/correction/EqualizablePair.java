package io.pitlane.quantize.correction;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.IntConstant;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tensorflow.proto.NodeDef;

/**
 * Two layers of which the second alone reads what the first computes, and between which every
 * channel can be multiplied by a positive number: {@code f(s x) = s f(x)}.
 *
 * @param producer the first layer
 * @param consumer the second layer
 * @param padded whether zeros are added to the channels between the two
 */
record EqualizablePair(FusedLayer producer, FusedLayer consumer, boolean padded) {

    /** The pairs of a graph, in the order of the producers. */
    static List<EqualizablePair> in(FlatGraph graph, List<FusedLayer> layers) {
        var byProduct =
                layers.stream().collect(Collectors.toMap(FusedLayer::name, Function.identity()));
        var pairs = new ArrayList<EqualizablePair>();
        for (var producer : layers) {
            if (endsPlainly(graph, producer)) {
                pair(graph, producer, byProduct).ifPresent(pairs::add);
            }
        }
        return pairs;
    }

    /** Whether the layer is a product, its bias if there is one, and its activation. */
    private static boolean endsPlainly(FlatGraph graph, FusedLayer layer) {
        return layer.summand().isEmpty()
                        && graph.node(unactivated(graph, layer).node()).getOp().equals("BiasAdd")
                || unactivated(graph, layer).equals(TensorRef.of(layer.name()));
    }

    /** The tensor before a layer's activation. */
    static TensorRef unactivated(FlatGraph graph, FusedLayer layer) {
        return layer.activation().nonNegative()
                ? TensorRef.parse(graph.node(layer.output().node()).getInput(0))
                : layer.output();
    }

    private static Optional<EqualizablePair> pair(
            FlatGraph graph, FusedLayer producer, Map<String, FusedLayer> byProduct) {
        boolean padded = false;
        boolean reshaped = false;
        var end = producer.output().node();
        for (var next = graph.onlyConsumer(end); next.isPresent(); next = graph.onlyConsumer(end)) {
            var node = next.get();
            var consumer = byProduct.get(node.getName());
            if (consumer != null) {
                return consumer.input().node().equals(end)
                                && channelsMatch(producer, consumer, reshaped)
                        ? Optional.of(
                                new EqualizablePair(producer, consumer, padded || pads(consumer)))
                        : Optional.empty();
            }
            if (!keepsScale(graph, node) || !graph.input(node, 0).getName().equals(end)) {
                return Optional.empty();
            }
            padded |= node.getOp().equals("Pad");
            reshaped |= node.getOp().equals("Reshape");
            end = node.getName();
        }
        return Optional.empty();
    }

    private static boolean channelsMatch(
            FusedLayer producer, FusedLayer consumer, boolean reshaped) {
        int channels = KernelChannels.of(producer).outputs();
        int inputs = KernelChannels.of(consumer).inputs();
        // Flattened images have all channels of a pixel side by side.
        return reshaped ? !consumer.convolution() && inputs % channels == 0 : inputs == channels;
    }

    private static boolean pads(FusedLayer consumer) {
        var shape = consumer.weights().shape();
        return consumer.convolution()
                && !Attributes.of(consumer.product()).string("padding", "").equals("VALID")
                && Arrays.stream(shape).limit(shape.length - 2).anyMatch(size -> size > 1);
    }

    private static boolean keepsScale(FlatGraph graph, NodeDef node) {
        return switch (node.getOp()) {
            case "Relu", "LeakyRelu", "Identity", "Pad", "Reshape", "Squeeze" -> true;
            case "MaxPool", "AvgPool" -> Attributes.of(node).channelsLast();
            case "Mean" -> isSpatial(graph.input(node, 1));
            default -> false;
        };
    }

    private static boolean isSpatial(NodeDef axes) {
        return IntConstant.of(axes)
                .filter(
                        constant ->
                                Arrays.stream(constant.values())
                                        .allMatch(axis -> axis == 1 || axis == 2))
                .isPresent();
    }

    /** The name of the tensor between the two, for messages. */
    String name() {
        return producer.name() + " -> " + consumer.name();
    }
}
