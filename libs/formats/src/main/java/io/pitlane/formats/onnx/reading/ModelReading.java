package io.pitlane.formats.onnx.reading;

import ai.onnx.proto.OnnxMl;
import io.pitlane.contract.data.InputSpec.Layout;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.formats.onnx.AxisOrder;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.TensorRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TFUnimplementedException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;

/**
 * Reads one model: node by node in the order of the file, each converted to TensorFlow operations
 * as its row of {@link OnnxOperators} says. Nodes that cannot be converted are collected, and so
 * are none behind them.
 */
final class ModelReading implements AutoCloseable {
    private static final String SIGNATURE = "serving_default";
    private static final int IMAGE_RANK = 4;

    private final OnnxFile file;
    private final Layout layout;
    private final List<OnnxMl.NodeProto> nodes;

    /** Names of the tensors that something reads, the caller included. */
    private final Set<String> used = new HashSet<>();

    private final TensorFlowGraph graph = new TensorFlowGraph();
    private final TensorStore tensors = new TensorStore(graph);
    private final ConstantReader constants;
    private final List<Port> inputs = new ArrayList<>();
    private final Set<String> turned = new HashSet<>();
    private final List<String> obstacles = new ArrayList<>();

    ModelReading(OnnxFile file, Layout layout) {
        this.file = file;
        this.layout = layout;
        this.nodes = file.nodes();
        this.constants = new ConstantReader(file.path());
        nodes.forEach(node -> used.addAll(node.getInputList()));
        file.graph().getOutputList().forEach(output -> used.add(output.getName()));
    }

    OnnxModel model() {
        checkOperators();
        try {
            readInputs();
            readConstants();
            nodes.forEach(this::convert);
            refuseObstacles();
            return new OnnxModel(flat(), turned);
        } catch (TensorFlowException | TFInvalidArgumentException | TFUnimplementedException e) {
            throw file.damaged("TensorFlow does not accept it: " + firstLine(e)).causedBy(e);
        }
    }

    /** Refuses a model at once whose operators are not all known. */
    private void checkOperators() {
        for (var node : nodes) {
            if (!OnnxFile.DEFAULT_DOMAIN.contains(node.getDomain())) {
                addObstacle(node, "it is of the operator set '" + node.getDomain() + "'");
            } else if (OnnxOperators.of(node.getOpType()).isEmpty()) {
                addObstacle(node, "the operator is not supported");
            }
        }
        refuseObstacles();
    }

    private void addObstacle(OnnxMl.NodeProto node, String reason) {
        obstacles.add("'%s' (%s): %s".formatted(OnnxFile.nameOf(node), node.getOpType(), reason));
    }

    private void refuseObstacles() {
        if (!obstacles.isEmpty()) {
            throw FailureException.invalidInput(
                    file.path()
                            + " has nodes that Pitlane cannot read:\n  "
                            + String.join("\n  ", obstacles),
                    "Replace these operators in the model and export it again.");
        }
    }

    private void readInputs() {
        var images = new ImageInputs(nodes);
        for (var input : file.inputs()) {
            if (!input.getType().hasTensorType()) {
                throw file.damaged("the input '" + input.getName() + "' is no tensor");
            }
            if (used.contains(input.getName()) || file.inputs().size() == 1) {
                read(input, images);
            }
        }
        if (inputs.isEmpty()) {
            throw file.damaged("it has no input that its outputs depend on");
        }
    }

    private void read(OnnxMl.ValueInfoProto input, ImageInputs images) {
        var type = input.getType().getTensorType();
        if (!type.hasShape()) {
            throw FailureException.invalidInput(
                    "The input '%s' of %s has no shape.".formatted(input.getName(), file.path()),
                    "Export the model again with shapes.");
        }
        var shape = sizes(type.getShape());
        boolean channelsFirst =
                shape.length == IMAGE_RANK
                        && (layout == null ? images.layout(input.getName(), shape) : layout)
                                == Layout.NCHW;
        var order =
                channelsFirst
                        ? OnnxNode.channelsLastOrder(shape.length)
                        : AxisOrder.unchanged(shape.length);
        if (channelsFirst) {
            turned.add(input.getName());
        }
        var dtype = element(input, type.getElemType());
        var placeholder =
                graph.operation("Placeholder", input.getName())
                        .attribute("dtype", dtype)
                        .attribute("shape", Shape.of(order.arranged(shape)))
                        .add();
        tensors.put(input.getName(), ReadTensor.computed(placeholder, order, false));
        inputs.add(
                new Port(
                        input.getName(),
                        ref(placeholder),
                        dtype,
                        Arrays.stream(order.arranged(shape)).boxed().toList()));
    }

    private DataType element(OnnxMl.ValueInfoProto input, int type) {
        try {
            return ElementType.of(type);
        } catch (UnsupportedOperatorException e) {
            throw FailureException.invalidInput(
                            "The input '%s' of %s cannot be read: %s."
                                    .formatted(input.getName(), file.path(), e.getMessage()),
                            "Export the model with an input of numbers.")
                    .causedBy(e);
        }
    }

    private static long[] sizes(OnnxMl.TensorShapeProto shape) {
        return shape.getDimList().stream()
                .mapToLong(size -> size.getDimValue() > 0 ? size.getDimValue() : -1)
                .toArray();
    }

    private void readConstants() {
        for (var tensor : file.graph().getInitializerList()) {
            if (used.contains(tensor.getName())) {
                try {
                    tensors.put(tensor.getName(), ReadTensor.constant(constants.read(tensor)));
                } catch (UnsupportedOperatorException e) {
                    throw file.damaged(
                                    "the constant '%s' cannot be read: %s"
                                            .formatted(tensor.getName(), e.getMessage()))
                            .causedBy(e);
                }
            }
        }
    }

    private void convert(OnnxMl.NodeProto proto) {
        boolean isReached =
                proto.getInputList().stream()
                        .allMatch(input -> input.isEmpty() || tensors.has(input));
        if (!isReached) {
            return;
        }
        var node = new OnnxNode(proto, file.opset(), tensors, graph, constants);
        try {
            requireFloats(node);
            var elements = ShapeArithmetic.elements(node);
            OnnxOperators.of(proto.getOpType()).orElseThrow().convert(node);
            elements.ifPresent(known -> tellElements(proto, known));
            requireOutputs(proto);
        } catch (UnsupportedOperatorException e) {
            addObstacle(proto, e.getMessage());
        } catch (TensorFlowException | TFInvalidArgumentException | TFUnimplementedException e) {
            addObstacle(proto, "TensorFlow does not accept it: " + firstLine(e));
        }
    }

    /** Refuses a node that computes on quantized integers. */
    private static void requireFloats(OnnxNode node) {
        for (int slot = 0; slot < node.inputs(); slot++) {
            node.require(
                    !node.hasInput(slot)
                            || node.input(slot).integers() == null
                            || node.opType().equals("DequantizeLinear"),
                    "it computes on quantized integers");
        }
    }

    /** Refuses a node of which an output is used that a TensorFlow operation does not have. */
    private void requireOutputs(OnnxMl.NodeProto node) {
        for (int i = 0; i < node.getOutputCount(); i++) {
            var output = node.getOutput(i);
            if (used.contains(output) && !output.isEmpty() && !tensors.has(output)) {
                throw new UnsupportedOperatorException("its output " + i + " is used");
            }
        }
    }

    /** Attaches what is known of a node's integers; all of them make a constant. */
    private void tellElements(OnnxMl.NodeProto node, long[] elements) {
        var name = node.getOutput(0);
        var tensor = tensors.get(name);
        if (tensor.constant() || tensor.rank() > 1) {
            return;
        }
        boolean complete = Arrays.stream(elements).noneMatch(e -> e == ReadTensor.UNKNOWN);
        tensors.put(
                name,
                complete
                        ? ReadTensor.constant(
                                TensorFlowGraph.proto(tensor.type(), tensor.rank() == 0, elements))
                        : tensor.withElements(elements));
    }

    private FlatGraph flat() {
        var outputs = new ArrayList<Port>();
        var seen = new HashSet<String>();
        for (var output : file.graph().getOutputList()) {
            if (!tensors.has(output.getName()) || !seen.add(output.getName())) {
                throw file.damaged("nothing makes the output '" + output.getName() + "'");
            }
            if (tensors.get(output.getName()).integers() != null) {
                throw file.damaged("the output '" + output.getName() + "' is quantized integers");
            }
            outputs.add(output(output.getName()));
        }
        return graph.flat(new GraphSignature(SIGNATURE, sorted(inputs), sorted(outputs)));
    }

    private Port output(String name) {
        var tensor = tensors.get(name);
        boolean isImage =
                !turned.isEmpty()
                        && tensor.order().equals(OnnxNode.channelsLastOrder(tensor.rank()))
                        && tensor.rank() == IMAGE_RANK;
        var order = isImage ? tensor.order() : AxisOrder.unchanged(tensor.rank());
        if (isImage) {
            turned.add(name);
        }
        var held = tensors.inOrder(name, order);
        var result = graph.operation("Identity", name).input(held).add();
        var shape =
                Arrays.stream(order.arranged(tensor.shape()))
                        .map(size -> Math.max(-1, size))
                        .boxed()
                        .toList();
        return new Port(name, ref(result), result.dataType(), shape);
    }

    private static TensorRef ref(Output<?> output) {
        return new TensorRef(output.op().name(), output.index());
    }

    private static List<Port> sorted(List<Port> ports) {
        return ports.stream().sorted(Comparator.comparing(Port::name)).toList();
    }

    private static String firstLine(Exception e) {
        var line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }

    @Override
    public void close() {
        graph.close();
    }
}
