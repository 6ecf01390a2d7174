package io.pitlane.graph.channels.dependency;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.IntConstant;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.WeightSlice.Role;
import io.pitlane.graph.quantization.FakeQuantization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * Traces channels through a graph, from the layers that produce them to those that read them.
 *
 * <ol>
 *   <li>Each node in order: its {@link TransferRules.Rule rule} says which channels its outputs
 *       carry, couples channels that must be removed together, and records the axes of weights and
 *       the elements of shapes that depend on them.
 *   <li>Channels that reach an unknown operation or an output of the model are frozen: they stay.
 *   <li>So are the channels along an axis of a weight that another node uses differently.
 * </ol>
 */
final class ChannelTrace {
    private static final String NO_PRUNABLE_LAYER = "no prunable layer produces the channels";

    private final FlatGraph graph;
    private final InferredShapes shapes;
    private final ChannelCoupling coupling = new ChannelCoupling();
    private final Map<TensorRef, Channels> tensors = new LinkedHashMap<>();
    private final Map<WeightAxis, WeightSlice> slices = new LinkedHashMap<>();
    private final Map<WeightAxis, Set<Use>> claims = new HashMap<>();
    private final List<ChannelCount> counts = new ArrayList<>();

    private record WeightAxis(String constant, int axis) {}

    private record Use(String node, int slot) {}

    private ChannelTrace(FlatGraph graph) {
        this.graph = graph;
        this.shapes = InferredShapes.of(graph);
    }

    /** Traces every channel of a graph. */
    static ChannelTrace of(FlatGraph graph) {
        var trace = new ChannelTrace(graph);
        graph.nodes().forEach(trace::visit);
        trace.freezeModelOutputs();
        trace.freezeWeightsUsedOtherwise();
        return trace;
    }

    private void visit(NodeDef node) {
        if (TransferRules.isLayer(node) || carriesChannels(node)) {
            TransferRules.of(node).trace(node, this);
        }
    }

    private boolean carriesChannels(NodeDef node) {
        return node.getInputList().stream().map(TensorRef::parse).anyMatch(tensors::containsKey);
    }

    private void freezeModelOutputs() {
        for (var port : graph.signature().outputs()) {
            find(port.tensor())
                    .ifPresent(
                            c ->
                                    freeze(
                                            c,
                                            "output '"
                                                    + port.name()
                                                    + "' of the model needs every channel"));
        }
    }

    private void freezeWeightsUsedOtherwise() {
        slices.forEach(
                (axis, slice) -> {
                    var claimed = claims.get(axis);
                    for (var use : graph.uses(axis.constant())) {
                        var consumer = use.consumer();
                        if (!claimed.contains(new Use(consumer.getName(), use.slot()))) {
                            freeze(
                                    slice.channels(),
                                    "%s uses the weight in another way"
                                            .formatted(describe(consumer)));
                        }
                    }
                    if (graph.isOutput(axis.constant())) {
                        freeze(slice.channels(), "the weight itself is an output of the model");
                    }
                });
    }

    /** A node in words: its op and name. */
    static String describe(NodeDef node) {
        return node.getOp() + " '" + node.getName() + "'";
    }

    FlatGraph graph() {
        return graph;
    }

    /** The coupled channels. */
    ChannelCoupling coupling() {
        return coupling;
    }

    /** The channels of every tensor that has some. */
    List<Channels> tensorChannels() {
        return List.copyOf(tensors.values());
    }

    /** Every axis of a weight along which channels are indexed. */
    List<WeightSlice> slices() {
        return List.copyOf(slices.values());
    }

    /** Every element of a shape that equals a number of channels. */
    List<ChannelCount> counts() {
        return List.copyOf(counts);
    }

    /** The channels of an input of a node, if any. */
    Optional<Channels> input(NodeDef node, int slot) {
        return find(TensorRef.parse(node.getInput(slot)));
    }

    /** The channels of a tensor, if any. */
    Optional<Channels> find(TensorRef tensor) {
        return Optional.ofNullable(tensors.get(tensor));
    }

    /**
     * The dimensions of an input, -1 where the size is variable; empty when even the rank is
     * unknown.
     */
    Optional<long[]> inputShape(NodeDef node, int slot) {
        return shape(TensorRef.parse(node.getInput(slot)));
    }

    /**
     * The dimensions of an output, -1 where the size is variable; empty when the rank is unknown.
     */
    Optional<long[]> outputShape(NodeDef node) {
        return shape(TensorRef.of(node.getName()));
    }

    private Optional<long[]> shape(TensorRef tensor) {
        return Optional.ofNullable(shapes.of(tensor).asArray());
    }

    /** Whether an input is a float weight. */
    boolean isWeight(NodeDef node, int slot) {
        return FloatTensor.isFloatConst(FakeQuantization.unroundedInput(graph, node, slot));
    }

    /** The whole numbers at an input, if they are constant. */
    Optional<long[]> ints(NodeDef node, int slot) {
        return IntConstant.of(graph.input(node, slot)).map(IntConstant::values);
    }

    /** One whole number of the vector at an input, if it is constant. */
    Optional<Long> element(NodeDef node, int slot, int position) {
        return ShapeElement.at(graph, shapes, node, slot, position).map(ShapeElement::value);
    }

    /** Records that a node uses an axis of the weight at an input; returns the axis's channels. */
    Channels weight(NodeDef node, int slot, int axis, Role role) {
        var constant = FakeQuantization.unroundedInput(graph, node, slot);
        var key = new WeightAxis(constant.getName(), axis);
        var slice =
                slices.computeIfAbsent(
                        key, k -> new WeightSlice(k.constant(), freshAlong(constant, axis), role));
        slices.put(key, slice.inRole(role));
        claim(key, new Use(node.getName(), slot));
        quantized(node, slot, key, slice.channels());
        return slice.channels();
    }

    private void claim(WeightAxis axis, Use use) {
        claims.computeIfAbsent(axis, k -> new HashSet<>()).add(use);
    }

    /** A weight's fake quantization uses it as the layer does, with one limit for each channel. */
    private void quantized(NodeDef node, int slot, WeightAxis axis, Channels channels) {
        var fake = graph.input(node, slot);
        var quantization = FakeQuantization.of(graph, fake);
        if (quantization.isEmpty()) {
            return;
        }
        claim(axis, new Use(fake.getName(), 0));
        if (quantization.get().axis() == axis.axis()) {
            for (int limits = 1; limits <= 2; limits++) {
                var key = new WeightAxis(graph.input(fake, limits).getName(), 0);
                var along = new Channels(0, channels.ids());
                slices.put(key, new WeightSlice(key.constant(), along, Role.ACCOMPANIES));
                claim(key, new Use(fake.getName(), limits));
            }
        }
    }

    private Channels freshAlong(NodeDef constant, int axis) {
        long length = shapes.of(constant.getName()).get(axis);
        return new Channels(axis, coupling.fresh(Math.toIntExact(length)));
    }

    /** Frozen channels, such as those of the model's input. */
    Channels fixed(int axis, int length) {
        var channels = new Channels(axis, coupling.fresh(length));
        freeze(channels, NO_PRUNABLE_LAYER);
        return channels;
    }

    /** Sets the channels of output {@code index} of a node. */
    void setOutput(NodeDef node, int index, Channels channels) {
        tensors.put(new TensorRef(node.getName(), index), channels);
    }

    /** Sets the channels of output 0 of a node. */
    void setOutput(NodeDef node, Channels channels) {
        setOutput(node, 0, channels);
    }

    /** Couples channels position by position; the axes do not matter. */
    void couple(Channels left, Channels right) {
        coupling.unite(left.ids(), right.ids());
    }

    /** Couples the channels of an input with those that a layer expects along an axis of it. */
    void coupleInput(NodeDef node, int slot, int axis, Channels expected) {
        var arriving = input(node, slot);
        if (arriving.isEmpty()) {
            freeze(expected, NO_PRUNABLE_LAYER);
        } else if (arriving.get().axis() == axis && arriving.get().length() == expected.length()) {
            couple(arriving.get(), expected);
        } else {
            freeze(arriving.get(), describe(node) + " reads the channels along another axis");
            freeze(expected, describe(node) + " reads the channels along another axis");
        }
    }

    /** Freezes channels: they stay in the model. */
    void freeze(Channels channels, String reason) {
        coupling.freeze(channels.ids(), reason);
    }

    /** Freezes every channel that reaches a node. */
    void freezeInputs(NodeDef node, String why) {
        for (int slot = 0; slot < node.getInputCount(); slot++) {
            input(node, slot).ifPresent(c -> freeze(c, describe(node) + " " + why));
        }
    }

    /** Records an element of the shape at an input as a number of channels; -1 needs no change. */
    void addSize(NodeDef node, int slot, int position, Channels counted) {
        var element = ShapeElement.at(graph, shapes, node, slot, position);
        if (element.isEmpty()) {
            freeze(counted, describe(node) + " reads the number of channels from a computed shape");
        } else if (element.get().value() >= 0) {
            counts.add(new ChannelCount(element.get(), counted));
        }
    }

    /** Records an element of the constant at an input as a position behind some channels. */
    void addBoundary(NodeDef node, int slot, int position, Channels before) {
        ShapeElement.at(graph, shapes, node, slot, position)
                .ifPresent(element -> counts.add(new ChannelCount(element, before)));
    }
}
