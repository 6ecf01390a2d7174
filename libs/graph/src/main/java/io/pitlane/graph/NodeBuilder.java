package io.pitlane.graph;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Builds one node of a graph.
 *
 * <pre>{@code
 * var pool = NodeBuilder.of("MaxPool", "pool1").input("relu1").type("T", DT_FLOAT)
 *         .ints("ksize", 1L, 2, 2, 1).ints("strides", 1L, 2, 2, 1).string("padding", "VALID").build();
 * }</pre>
 */
public final class NodeBuilder {
    private final NodeDef.Builder node;

    private NodeBuilder(NodeDef.Builder node) {
        this.node = node;
    }

    /** A node of this op and name, without inputs and attributes. */
    public static NodeBuilder of(String op, String name) {
        return new NodeBuilder(NodeDef.newBuilder().setOp(op).setName(name));
    }

    /** A Const node. */
    public static NodeDef constant(String name, TensorProto value) {
        return of("Const", name)
                .type("dtype", value.getDtype())
                .attr("value", AttrValue.newBuilder().setTensor(value).build())
                .build();
    }

    /** A Const node of an int32 vector. */
    public static NodeDef intVector(String name, int... values) {
        var proto =
                TensorProto.newBuilder()
                        .setDtype(DataType.DT_INT32)
                        .setTensorShape(shapeProto(values.length));
        Arrays.stream(values).forEach(proto::addIntVal);
        return constant(name, proto.build());
    }

    /** The dimensions as a proto. */
    public static TensorShapeProto shapeProto(long... dimensions) {
        var shape = TensorShapeProto.newBuilder();
        for (long size : dimensions) {
            shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
        }
        return shape.build();
    }

    /** Adds an input, {@code name} or {@code name:k}. */
    public NodeBuilder input(String tensor) {
        node.addInput(tensor);
        return this;
    }

    public NodeBuilder input(TensorRef tensor) {
        return input(tensor.toString());
    }

    public NodeBuilder type(String name, DataType type) {
        return attr(name, AttrValue.newBuilder().setType(type).build());
    }

    public NodeBuilder types(String name, List<DataType> types) {
        return list(name, AttrValue.ListValue.newBuilder().addAllType(types));
    }

    public NodeBuilder bool(String name, boolean value) {
        return attr(name, AttrValue.newBuilder().setB(value).build());
    }

    public NodeBuilder number(String name, float value) {
        return attr(name, AttrValue.newBuilder().setF(value).build());
    }

    public NodeBuilder integer(String name, long value) {
        return attr(name, AttrValue.newBuilder().setI(value).build());
    }

    public NodeBuilder ints(String name, long... values) {
        var list = AttrValue.ListValue.newBuilder();
        Arrays.stream(values).forEach(list::addI);
        return list(name, list);
    }

    public NodeBuilder string(String name, String value) {
        return attr(name, AttrValue.newBuilder().setS(ByteString.copyFromUtf8(value)).build());
    }

    public NodeBuilder strings(String name, List<String> values) {
        var list = AttrValue.ListValue.newBuilder();
        values.forEach(value -> list.addS(ByteString.copyFromUtf8(value)));
        return list(name, list);
    }

    public NodeBuilder shape(String name, long... dimensions) {
        return attr(name, AttrValue.newBuilder().setShape(shapeProto(dimensions)).build());
    }

    public NodeBuilder attr(String name, AttrValue value) {
        node.putAttr(name, value);
        return this;
    }

    /** Copies every attribute of another node. */
    public NodeBuilder attrsOf(NodeDef other) {
        node.putAllAttr(other.getAttrMap());
        return this;
    }

    public NodeDef build() {
        return node.build();
    }

    private NodeBuilder list(String name, AttrValue.ListValue.Builder values) {
        return attr(name, AttrValue.newBuilder().setList(values).build());
    }
}
