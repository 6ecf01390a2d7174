package io.pitlane.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OrtException;
import com.google.protobuf.ByteString;
import io.pitlane.formats.onnx.reading.ReadModel;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.ModelInputs.InputValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.DataType;

/**
 * The whole networks among the ONNX project's tests have weights of one value each, which hide a
 * wrong order of axes. With random weights, TensorFlow and ONNX Runtime must agree.
 */
@Tag("long")
class NetworksOfRandomWeightsIT {
    private static final double SMALL = 0.01;

    @TempDir Path temp;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "squeezenet",
                "shufflenet",
                "resnet50",
                "densenet121",
                "inception_v1",
                "inception_v2"
            })
    void tensorFlowAgreesWithOnnxRuntime(String name) throws IOException, OrtException {
        // Given
        var light =
                Path.of(System.getProperty("pitlane.onnx", ""), "light", "light_" + name + ".onnx");
        assumeTrue(Files.exists(light), "there is no file " + light + "; see -Dpitlane.onnx");
        var model = withRandomWeights(Files.readAllBytes(light));
        var file = Files.write(temp.resolve("model.onnx"), model.toByteArray());
        var input = port(model);
        var images = random(new Random(3), 1, input.shape());

        // When
        var actual =
                ReadModel.of(file, null, temp.resolve("model")).run(Map.of(input.name(), images));

        // Then
        try (var onnx = OnnxRuntimeModel.open(model.toByteArray())) {
            var expected = onnx.run(List.of(new InputValue(input, images)));
            assertThat(actual.keySet()).isEqualTo(expected.keySet());
            expected.forEach(
                    (output, values) -> {
                        double largest = 0;
                        for (float value : values.values()) {
                            largest = Math.max(largest, Math.abs(value));
                        }
                        assertThat(largest).isFinite().isPositive();
                        ReadModel.assertClose(
                                output, actual.get(output), values, 1e-3, 1e-3 * SMALL * largest);
                    });
        }
    }

    private static Port port(OnnxMl.ModelProto model) {
        var constants =
                model.getGraph().getInitializerList().stream()
                        .map(OnnxMl.TensorProto::getName)
                        .toList();
        var input =
                model.getGraph().getInputList().stream()
                        .filter(port -> !constants.contains(port.getName()))
                        .findFirst()
                        .orElseThrow();
        var shape =
                input.getType().getTensorType().getShape().getDimList().stream()
                        .map(OnnxMl.TensorShapeProto.Dimension::getDimValue)
                        .toList();
        return new Port(input.getName(), TensorRef.of(input.getName()), DataType.DT_FLOAT, shape);
    }

    /** The model with constants of random values in place of those of one value. */
    private static OnnxMl.ModelProto withRandomWeights(byte[] light) throws IOException {
        var model = OnnxMl.ModelProto.parseFrom(light);
        var shapes = new HashMap<String, List<Long>>();
        model.getGraph()
                .getInitializerList()
                .forEach(tensor -> shapes.put(tensor.getName(), integers(tensor)));
        var random = new Random(1);
        var graph = model.getGraph().toBuilder().clearNode();
        for (var node : model.getGraph().getNodeList()) {
            if (!node.getOpType().equals("ConstantOfShape")) {
                graph.addNode(node);
                continue;
            }
            var shape = shapes.get(node.getInput(0));
            long inputs = shape.stream().skip(1).reduce(1L, Math::multiplyExact);
            float spread = shape.size() > 1 ? (float) Math.sqrt(2.0 / inputs) : 0;
            graph.addInitializer(tensor(node.getOutput(0), random(random, spread, shape)));
        }
        return model.toBuilder().setGraph(graph).build();
    }

    private static List<Long> integers(OnnxMl.TensorProto tensor) {
        if (tensor.getRawData().isEmpty()) {
            return tensor.getInt64DataList();
        }
        var longs =
                tensor.getRawData()
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asLongBuffer();
        var values = new Long[longs.remaining()];
        for (int i = 0; i < values.length; i++) {
            values[i] = longs.get(i);
        }
        return List.of(values);
    }

    /** Normal values of a spread; for a spread of 0, positive ones that are a norm's statistics. */
    private static FloatTensor random(Random random, float spread, List<Long> shape) {
        int size = 1;
        for (long one : shape) {
            size *= (int) one;
        }
        var values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] =
                    spread == 0
                            ? 0.5f + random.nextFloat()
                            : spread * (float) random.nextGaussian();
        }
        return new FloatTensor(values, shape.stream().mapToLong(Long::longValue).toArray());
    }

    private static OnnxMl.TensorProto tensor(String name, FloatTensor value) {
        var bytes =
                ByteBuffer.allocate(value.values().length * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(value.values());
        var tensor =
                OnnxMl.TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
                        .setRawData(ByteString.copyFrom(bytes));
        for (long size : value.shape()) {
            tensor.addDims(size);
        }
        return tensor.build();
    }
}
