package io.pitlane.formats.onnx;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes one ONNX node.
 *
 * <pre>{@code
 * var output = graph.node("Concat", "joined").input(left).input(right).attribute("axis", 1).add();
 * }</pre>
 */
final class NodeWriter {
    private final OnnxGraph graph;
    private final OnnxMl.NodeProto.Builder node;
    private final String name;

    NodeWriter(OnnxGraph graph, String opType, String wantedName) {
        this.graph = graph;
        this.name = graph.freshName(wantedName);
        this.node = OnnxMl.NodeProto.newBuilder().setOpType(opType).setName(name);
    }

    NodeWriter input(String tensor) {
        node.addInput(tensor);
        return this;
    }

    NodeWriter inputs(List<String> tensors) {
        node.addAllInput(tensors);
        return this;
    }

    /** Leaves an optional input out. */
    NodeWriter noInput() {
        return input("");
    }

    NodeWriter attribute(String key, long value) {
        return attribute(attribute(key, AttributeType.INT).setI(value));
    }

    NodeWriter attribute(String key, float value) {
        return attribute(attribute(key, AttributeType.FLOAT).setF(value));
    }

    NodeWriter attribute(String key, String value) {
        return attribute(attribute(key, AttributeType.STRING).setS(ByteString.copyFromUtf8(value)));
    }

    NodeWriter attribute(String key, long[] values) {
        var list = attribute(key, AttributeType.INTS);
        Arrays.stream(values).forEach(list::addInts);
        return attribute(list);
    }

    private static OnnxMl.AttributeProto.Builder attribute(String key, AttributeType type) {
        return OnnxMl.AttributeProto.newBuilder().setName(key).setType(type);
    }

    private NodeWriter attribute(OnnxMl.AttributeProto.Builder attribute) {
        node.addAttribute(attribute);
        return this;
    }

    /** Adds the node with one output, named as the node; the output's name. */
    String add() {
        return addAs(name);
    }

    /** Adds the node with one output of this name, which is an output of the graph. */
    String addAs(String output) {
        graph.add(node.addOutput(output).build());
        return output;
    }

    /** Adds the node with several outputs; their names. */
    List<String> add(int outputs) {
        var names = new ArrayList<String>();
        for (int i = 0; i < outputs; i++) {
            names.add(i == 0 ? name : graph.freshName(name + ":" + i));
        }
        graph.add(node.addAllOutput(names).build());
        return names;
    }
}
