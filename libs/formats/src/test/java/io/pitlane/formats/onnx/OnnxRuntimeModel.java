package io.pitlane.formats.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxModelMetadata;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.ModelInputs.InputValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An ONNX model in ONNX Runtime. */
final class OnnxRuntimeModel implements AutoCloseable {
    private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

    private final OrtSession session;

    private OnnxRuntimeModel(OrtSession session) {
        this.session = session;
    }

    static OnnxRuntimeModel open(byte[] model) throws OrtException {
        return open(model, options -> {});
    }

    /** Sets options of a session. */
    interface Settings {
        void apply(OrtSession.SessionOptions options) throws OrtException;
    }

    static OnnxRuntimeModel open(byte[] model, Settings settings) throws OrtException {
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            settings.apply(options);
            return new OnnxRuntimeModel(ENVIRONMENT.createSession(model, options));
        }
    }

    OnnxModelMetadata metadata() throws OrtException {
        return session.getMetadata();
    }

    Map<String, NodeInfo> inputs() throws OrtException {
        return session.getInputInfo();
    }

    Map<String, NodeInfo> outputs() throws OrtException {
        return session.getOutputInfo();
    }

    /** Every output for one batch; integers as floats. */
    Map<String, FloatTensor> run(List<InputValue> inputs) throws OrtException {
        var tensors = new LinkedHashMap<String, OnnxTensor>();
        try {
            for (var input : inputs) {
                tensors.put(input.port().name(), tensor(input));
            }
            try (var result = session.run(tensors)) {
                var outputs = new LinkedHashMap<String, FloatTensor>();
                for (var output : result) {
                    outputs.put(output.getKey(), floats((OnnxTensor) output.getValue()));
                }
                return outputs;
            }
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    private static OnnxTensor tensor(InputValue input) throws OrtException {
        var values = input.values().values();
        var shape = input.values().shape();
        return switch (input.port().dtype()) {
            case DT_FLOAT -> OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(values), shape);
            case DT_UINT8 ->
                    OnnxTensor.createTensor(ENVIRONMENT, bytes(values), shape, OnnxJavaType.UINT8);
            case DT_BOOL ->
                    OnnxTensor.createTensor(ENVIRONMENT, bytes(values), shape, OnnxJavaType.BOOL);
            default -> throw new AssertionError(input.port().dtype());
        };
    }

    private static ByteBuffer bytes(float[] values) {
        var bytes = ByteBuffer.allocateDirect(values.length).order(ByteOrder.nativeOrder());
        for (float value : values) {
            bytes.put((byte) (int) value);
        }
        return bytes.rewind();
    }

    private static FloatTensor floats(OnnxTensor tensor) {
        var info = tensor.getInfo();
        return new FloatTensor(
                switch (info.type) {
                    case FLOAT -> array(tensor.getFloatBuffer());
                    case INT64 -> array(tensor.getLongBuffer());
                    case INT32 -> array(tensor.getIntBuffer());
                    default -> throw new AssertionError(info.type);
                },
                info.getShape());
    }

    private static float[] array(FloatBuffer buffer) {
        var values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    private static float[] array(LongBuffer buffer) {
        var values = new float[buffer.remaining()];
        for (int i = 0; i < values.length; i++) {
            values[i] = buffer.get(i);
        }
        return values;
    }

    private static float[] array(IntBuffer buffer) {
        var values = new float[buffer.remaining()];
        for (int i = 0; i < values.length; i++) {
            values[i] = buffer.get(i);
        }
        return values;
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
