package io.pitlane.engines;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.graph.runtime.Outputs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.DataType;

/** An ONNX model in ONNX Runtime. Its tensors lie in direct buffers, which it reads in place. */
final class OnnxRuntimeModel implements EngineModel {
    private static final Map<OnnxJavaType, ElementType> TYPES =
            new EnumMap<>(
                    Map.of(
                            OnnxJavaType.FLOAT, ElementType.FLOAT32,
                            OnnxJavaType.DOUBLE, ElementType.FLOAT64,
                            OnnxJavaType.INT32, ElementType.INT32,
                            OnnxJavaType.INT64, ElementType.INT64,
                            OnnxJavaType.UINT8, ElementType.UINT8,
                            OnnxJavaType.INT8, ElementType.INT8,
                            OnnxJavaType.BOOL, ElementType.BOOL));

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final ModelInputs inputs;
    private final Map<String, ElementType> types;
    private final Map<String, OnnxTensor> tensors = new HashMap<>();
    private final Map<String, ByteBuffer> buffers = new HashMap<>();
    private long[] shape;

    private OnnxRuntimeModel(
            OrtEnvironment environment,
            OrtSession session,
            ModelInputs inputs,
            Map<String, ElementType> types) {
        this.environment = environment;
        this.session = session;
        this.inputs = inputs;
        this.types = types;
    }

    /** Takes over the session; closes it when the model has an input that cannot be fed. */
    static OnnxRuntimeModel of(
            OrtEnvironment environment, OrtSession session, Path file, LoadOptions options)
            throws OrtException {
        try {
            var types = inputTypes(session, file);
            var signature =
                    new GraphSignature(
                            "",
                            ports(session.getInputInfo().values()),
                            ports(session.getOutputInfo().values()));
            return new OnnxRuntimeModel(
                    environment, session, ModelInputs.of(signature, options.input()), types);
        } catch (OrtException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static Map<String, ElementType> inputTypes(OrtSession session, Path file)
            throws OrtException {
        var types = new HashMap<String, ElementType>();
        for (var input : session.getInputInfo().values()) {
            var info = input.getInfo() instanceof TensorInfo tensor ? tensor : null;
            var type = info == null ? null : TYPES.get(info.type);
            if (type == null) {
                throw invalidInput(
                        "Input '%s' of %s is of type %s, which cannot be fed."
                                .formatted(input.getName(), file, input.getInfo()),
                        "Export the model with inputs of float, integers or booleans.");
            }
            types.put(input.getName(), type);
        }
        return Map.copyOf(types);
    }

    private static List<GraphSignature.Port> ports(Collection<NodeInfo> nodes) {
        return nodes.stream()
                .filter(node -> node.getInfo() instanceof TensorInfo)
                .map(node -> port(node.getName(), (TensorInfo) node.getInfo()))
                .sorted(Comparator.comparing(GraphSignature.Port::name))
                .toList();
    }

    private static GraphSignature.Port port(String name, TensorInfo info) {
        return new GraphSignature.Port(
                name,
                new TensorRef(name, 0),
                dataType(info.type),
                Arrays.stream(info.getShape()).boxed().toList());
    }

    private static DataType dataType(OnnxJavaType type) {
        return switch (type) {
            case FLOAT16, BFLOAT16 -> DataType.DT_FLOAT;
            case STRING -> DataType.DT_STRING;
            default -> TYPES.containsKey(type) ? TYPES.get(type).dataType() : DataType.DT_INVALID;
        };
    }

    @Override
    public ModelInputs inputs() {
        return inputs;
    }

    @Override
    public Outputs predict(FloatTensor images) {
        try {
            if (!Arrays.equals(shape, images.shape())) {
                allocate(images);
            }
            for (var port : inputs.signature().inputs()) {
                if (inputs.isImage(port)) {
                    types.get(port.name()).write(images.values(), buffers.get(port.name()));
                }
            }
            try (var result = session.run(tensors)) {
                return outputs(result);
            }
        } catch (OrtException e) {
            throw new IllegalStateException(
                    "ONNX Runtime could not run the model: " + e.getMessage(), e);
        }
    }

    /** Makes the tensors of all inputs for images of another shape. */
    private void allocate(FloatTensor images) throws OrtException {
        release();
        for (var input : inputs.of(images)) {
            var name = input.port().name();
            var type = types.get(name);
            var values = input.values().values();
            var buffer =
                    ByteBuffer.allocateDirect(values.length * type.bytes())
                            .order(ByteOrder.nativeOrder());
            type.write(values, buffer);
            buffers.put(name, buffer);
            tensors.put(name, tensor(buffer, type, input.values().shape()));
        }
        shape = images.shape();
    }

    private OnnxTensor tensor(ByteBuffer buffer, ElementType type, long[] sizes)
            throws OrtException {
        return switch (type) {
            case FLOAT32 -> OnnxTensor.createTensor(environment, buffer.asFloatBuffer(), sizes);
            case FLOAT64 -> OnnxTensor.createTensor(environment, buffer.asDoubleBuffer(), sizes);
            case INT32 -> OnnxTensor.createTensor(environment, buffer.asIntBuffer(), sizes);
            case INT64 -> OnnxTensor.createTensor(environment, buffer.asLongBuffer(), sizes);
            case UINT8 -> OnnxTensor.createTensor(environment, buffer, sizes, OnnxJavaType.UINT8);
            case INT8 -> OnnxTensor.createTensor(environment, buffer, sizes, OnnxJavaType.INT8);
            case BOOL -> OnnxTensor.createTensor(environment, buffer, sizes, OnnxJavaType.BOOL);
        };
    }

    private static Outputs outputs(OrtSession.Result result) {
        var byName = new HashMap<String, FloatTensor>();
        for (Map.Entry<String, OnnxValue> output : result) {
            if (output.getValue() instanceof OnnxTensor tensor
                    && tensor.getInfo().type != OnnxJavaType.STRING) {
                byName.put(output.getKey(), values(tensor));
            }
        }
        return new Outputs(byName);
    }

    private static FloatTensor values(OnnxTensor tensor) {
        var info = tensor.getInfo();
        var sizes = info.getShape();
        return switch (info.type) {
            // The array behind the copy that ONNX Runtime makes; float16 is converted by it.
            case FLOAT, FLOAT16, BFLOAT16 ->
                    new FloatTensor(tensor.getFloatBuffer().array(), sizes);
            default -> {
                var values = new float[Math.toIntExact(info.getNumElements())];
                TYPES.get(info.type)
                        .read(tensor.getByteBuffer().order(ByteOrder.nativeOrder()), values);
                yield new FloatTensor(values, sizes);
            }
        };
    }

    private void release() {
        shape = null;
        tensors.values().forEach(OnnxTensor::close);
        tensors.clear();
        buffers.clear();
    }

    @Override
    public void close() {
        release();
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
