package io.pitlane.training.feature;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.training.feature.FeatureMap.Layout;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/** Finds the feature maps of a model for images of one size. */
public final class FeatureMaps {
    private final FlatGraph graph;
    private final InferredShapes shapes;

    private FeatureMaps(FlatGraph graph, InferredShapes shapes) {
        this.graph = graph;
        this.shapes = shapes;
    }

    /**
     * The maps of a model.
     *
     * @param input selects the input that takes the images
     * @param image a batch of one image, in the shape of that input
     */
    public static FeatureMaps of(FlatGraph graph, InputSpec input, FloatTensor image) {
        var port = ModelInputs.of(graph.signature(), input).image();
        return new FeatureMaps(graph, InferredShapes.of(withImageSize(graph, port, image.shape())));
    }

    /** The graph with a fixed image size; the batch size is unchanged. */
    private static FlatGraph withImageSize(
            FlatGraph graph, GraphSignature.Port port, long[] sizes) {
        var shape = TensorShapeProto.newBuilder();
        shape.addDimBuilder().setSize(port.shape() == null ? -1 : port.shape().get(0));
        for (int i = 1; i < sizes.length; i++) {
            shape.addDimBuilder().setSize(sizes[i]);
        }
        var placeholder =
                graph.node(port.tensor().node()).toBuilder()
                        .putAttr("shape", AttrValue.newBuilder().setShape(shape).build());
        return graph.edit().put(placeholder.build()).build();
    }

    /**
     * The output of a layer.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when there is no such
     *     layer, or its output is not a feature map or vector of known size
     */
    public FeatureMap at(String layer) {
        if (graph.find(layer).isEmpty()) {
            throw invalidInput(
                    "There is no layer '%s'.".formatted(layer),
                    "Name a layer that pitlane inspect lists.");
        }
        return find(TensorRef.of(layer))
                .orElseThrow(
                        () ->
                                invalidInput(
                                        "The layer '%s' has the output %s, which is not a feature map of known size."
                                                .formatted(layer, shapes.of(layer)),
                                        "Name a convolution, a dense layer or an activation."));
    }

    /**
     * For each spatial resolution, the last feature map before {@code head}; the largest resolution
     * first.
     */
    public List<FeatureMap> stages(TensorRef head) {
        var ancestors = ancestors(head);
        var last = new LinkedHashMap<List<Integer>, FeatureMap>();
        for (var node : graph.nodes()) {
            if (ancestors.contains(node.getName()) && givesFeatureMap(node)) {
                find(TensorRef.of(node.getName()))
                        .filter(map -> map.layout() != Layout.VECTOR)
                        .ifPresent(map -> last.put(List.of(map.height(), map.width()), map));
            }
        }
        return last.values().stream()
                .sorted((a, b) -> Integer.compare(b.positions(), a.positions()))
                .toList();
    }

    private static boolean givesFeatureMap(NodeDef node) {
        var operation = Operations.of(node);
        return switch (operation.kind()) {
            case LAYER -> operation.isConvolution();
            case BIAS, BATCH_NORM, ADDITION, SUBTRACTION, MULTIPLICATION -> true;
            case ACTIVATION, POOLING, CONCATENATION -> true;
            default -> false;
        };
    }

    private Set<String> ancestors(TensorRef head) {
        var ancestors = new HashSet<String>();
        graph.node(head.node())
                .getInputList()
                .forEach(in -> ancestors.add(TensorRef.parse(in).node()));
        var nodes = graph.nodes();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            if (ancestors.contains(nodes.get(i).getName())) {
                nodes.get(i)
                        .getInputList()
                        .forEach(in -> ancestors.add(TensorRef.parse(in).node()));
            }
        }
        return ancestors;
    }

    private Optional<FeatureMap> find(TensorRef tensor) {
        var shape = shapes.of(tensor);
        if (shape.isUnknown() || shape.numDimensions() < 2 || shape.numDimensions() > 4) {
            return Optional.empty();
        }
        long[] sizes = shape.asArray();
        for (int i = 1; i < sizes.length; i++) {
            if (sizes[i] == Shape.UNKNOWN_SIZE) {
                return Optional.empty();
            }
        }
        return Optional.of(map(tensor, sizes));
    }

    private FeatureMap map(TensorRef tensor, long[] sizes) {
        if (sizes.length == 2) {
            return new FeatureMap(tensor, 1, 1, (int) sizes[1], Layout.VECTOR);
        }
        if (sizes.length == 3) {
            return new FeatureMap(tensor, (int) sizes[1], 1, (int) sizes[2], Layout.CHANNELS_LAST);
        }
        return isChannelsFirst(graph.node(tensor.node()))
                ? new FeatureMap(
                        tensor,
                        (int) sizes[2],
                        (int) sizes[3],
                        (int) sizes[1],
                        Layout.CHANNELS_FIRST)
                : new FeatureMap(
                        tensor,
                        (int) sizes[1],
                        (int) sizes[2],
                        (int) sizes[3],
                        Layout.CHANNELS_LAST);
    }

    /** As the nearest node before it with a {@code data_format} says. */
    private boolean isChannelsFirst(NodeDef node) {
        var at = node;
        while (!at.containsAttr("data_format")) {
            if (at.getInputCount() == 0 || at.getOp().equals("Transpose")) {
                return false;
            }
            at = graph.input(at, 0);
        }
        return at.getAttrOrThrow("data_format").getS().toStringUtf8().equals("NCHW");
    }
}
