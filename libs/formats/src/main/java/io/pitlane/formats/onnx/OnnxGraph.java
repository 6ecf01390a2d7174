package io.pitlane.formats.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.Float16;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.tensorflow.ndarray.Shape;

/** The ONNX graph as it is written: nodes, initializers, inputs and outputs, each name once. */
final class OnnxGraph {
    /** IR version that ONNX Runtime, TensorRT 8.6 and OpenVINO read. */
    static final int IR_VERSION = 8;

    /** Operator set, likewise. */
    static final int OPSET = 13;

    /** Name of the dimension that is the number of images. */
    static final String BATCH = "batch";

    private final OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder();
    private final Set<String> names = new HashSet<>();
    private final Precision precision;

    /** Keeps the names of the signature for its inputs and outputs. */
    OnnxGraph(GraphSignature signature, Precision precision) {
        this.precision = precision;
        graph.setName(signature.key());
        signature.inputs().forEach(port -> names.add(port.name()));
        signature.outputs().forEach(port -> names.add(port.name()));
    }

    /** A name not taken yet: {@code wanted}, or {@code wanted_1} and so on. */
    String freshName(String wanted) {
        var name = wanted;
        for (int i = 1; !names.add(name); i++) {
            name = wanted + "_" + i;
        }
        return name;
    }

    /** A node to be filled in and added. */
    NodeWriter node(String opType, String name) {
        return new NodeWriter(this, opType, name);
    }

    void add(OnnxMl.NodeProto node) {
        graph.addNode(node);
    }

    /** A float32 constant; its name. */
    String constant(String wanted, FloatTensor tensor) {
        var bytes = buffer(tensor.values().length * Float.BYTES);
        bytes.asFloatBuffer().put(tensor.values());
        return constant(wanted, OnnxMl.TensorProto.DataType.FLOAT, bytes, tensor.shape());
    }

    /**
     * Float weights, in float16 where that is the precision and it can hold them; the name of the
     * float32 values. The Cast is constant, so engines compute it when they load the model, or keep
     * float16.
     */
    String weights(String wanted, FloatTensor tensor) {
        if (precision != Precision.FLOAT16 || !Float16.holds(tensor.values())) {
            return constant(wanted, tensor);
        }
        var bytes = buffer(tensor.values().length * Short.BYTES);
        for (float value : tensor.values()) {
            bytes.putShort(Float16.of(value));
        }
        var type = OnnxMl.TensorProto.DataType.FLOAT16;
        var stored = constant(wanted + "/float16", type, bytes.rewind(), tensor.shape());
        return node("Cast", wanted)
                .input(stored)
                .attribute("to", OnnxMl.TensorProto.DataType.FLOAT.getNumber())
                .add();
    }

    /** A constant of int8 or uint8; its name. */
    String bytes(String wanted, FloatTensor integers, boolean signed) {
        var bytes = buffer(integers.values().length);
        for (float integer : integers.values()) {
            bytes.put((byte) (int) integer);
        }
        var type = signed ? OnnxMl.TensorProto.DataType.INT8 : OnnxMl.TensorProto.DataType.UINT8;
        return constant(wanted, type, bytes.rewind(), integers.shape());
    }

    /** An int64 vector; its name. */
    String vector(String wanted, long... values) {
        return int64(wanted, values, values.length);
    }

    /** An int64 constant; its name. */
    String int64(String wanted, long[] values, long... shape) {
        var bytes = buffer(values.length * Long.BYTES);
        bytes.asLongBuffer().put(values);
        return constant(wanted, OnnxMl.TensorProto.DataType.INT64, bytes, shape);
    }

    /** An int32 constant; its name. */
    String int32(String wanted, long[] values, long... shape) {
        var bytes = buffer(values.length * Integer.BYTES);
        for (long value : values) {
            bytes.putInt((int) value);
        }
        return constant(wanted, OnnxMl.TensorProto.DataType.INT32, bytes.rewind(), shape);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private String constant(
            String wanted, OnnxMl.TensorProto.DataType type, ByteBuffer bytes, long... shape) {
        var name = freshName(wanted);
        var tensor =
                OnnxMl.TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(type.getNumber())
                        .setRawData(ByteString.copyFrom(bytes));
        for (long size : shape) {
            tensor.addDims(size);
        }
        graph.addInitializer(tensor);
        return name;
    }

    /** Declares an input. */
    void input(GraphSignature.Port port, Shape shape, Set<Integer> batchAxes) {
        graph.addInput(info(port, shape, batchAxes));
    }

    /** Declares an output. */
    void output(GraphSignature.Port port, Shape shape, Set<Integer> batchAxes) {
        graph.addOutput(info(port, shape, batchAxes));
    }

    private static OnnxMl.ValueInfoProto info(
            GraphSignature.Port port, Shape shape, Set<Integer> batchAxes) {
        var type = OnnxMl.TypeProto.Tensor.newBuilder().setElemType(OnnxType.of(port.dtype()));
        if (!shape.isUnknown()) {
            var sizes = OnnxMl.TensorShapeProto.newBuilder();
            for (int axis = 0; axis < shape.numDimensions(); axis++) {
                sizes.addDim(dimension(shape.get(axis), batchAxes.contains(axis)));
            }
            type.setShape(sizes);
        }
        return OnnxMl.ValueInfoProto.newBuilder()
                .setName(port.name())
                .setType(OnnxMl.TypeProto.newBuilder().setTensorType(type))
                .build();
    }

    private static OnnxMl.TensorShapeProto.Dimension dimension(long size, boolean isBatch) {
        var dimension = OnnxMl.TensorShapeProto.Dimension.newBuilder();
        if (size >= 0) {
            dimension.setDimValue(size);
        } else if (isBatch) {
            dimension.setDimParam(BATCH);
        }
        return dimension.build();
    }

    /** The finished model. */
    OnnxMl.ModelProto toModel(ExportMetadata metadata) {
        var model =
                OnnxMl.ModelProto.newBuilder()
                        .setIrVersion(IR_VERSION)
                        .setProducerName("pitlane")
                        .setProducerVersion(metadata.producerVersion())
                        .addOpsetImport(
                                OnnxMl.OperatorSetIdProto.newBuilder()
                                        .setDomain("")
                                        .setVersion(OPSET))
                        .setGraph(graph);
        metadata.properties().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(
                        property ->
                                model.addMetadataProps(
                                        OnnxMl.StringStringEntryProto.newBuilder()
                                                .setKey(property.getKey())
                                                .setValue(property.getValue())));
        return model.build();
    }
}
