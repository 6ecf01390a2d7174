package io.pitlane.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The numbers in an int8 export, computed by hand. */
class QdqNumbersTest {
    /** Weights {@code [in][out]} of a convolution of 1x1. */
    private static final float[] KERNEL = {0.5f, -1, 0.25f, 2};

    @Test
    void weightsAreIntegersOfTheScaleOfTheirOutputChannel() throws InvalidProtocolBufferException {
        // When
        var file = export(Quantization.unsigned(2.55f, 0), 0.001f, -0.5f);

        // Then
        assertThat(file.get("kernel/integers").getDimsList()).containsExactly(2L, 2L, 1L, 1L);
        assertThat(bytes(file, "kernel/integers")).containsExactly(50, 25, -50, 100);
        assertThat(floats(file, "kernel/scale")).containsExactly(0.01f, 0.02f);
        assertThat(bytes(file, "kernel/zero_point")).containsExactly(0, 0);
    }

    @Test
    void aBiasIsInTheScaleOfTheProducts() throws InvalidProtocolBufferException {
        // When
        var file = export(Quantization.unsigned(2.55f, 0), 0.001f, -0.5f);

        // Then
        assertThat(ints(file, "y/bias/integers")).containsExactly(10, -2500);
        assertThat(floats(file, "y/bias/scale")[1]).isCloseTo(2e-4f, within(1e-10f));
    }

    @Test
    void aBiasBeyondInt32Saturates() throws InvalidProtocolBufferException {
        var file = export(Quantization.unsigned(2.55f, 0), 1e9f, -1e9f);

        assertThat(ints(file, "y/bias/integers"))
                .containsExactly(Integer.MAX_VALUE, Integer.MIN_VALUE);
    }

    @Test
    void activationsAreUint8WithTheZeroPointOfTheQuantization()
            throws InvalidProtocolBufferException {
        var affine = export(Quantization.unsigned(2.55f, 100), 0, 0);
        var signed = export(Quantization.signed(1.27f), 0, 0);

        assertThat(floats(affine, "scale")).containsExactly(0.01f);
        assertThat(bytes(affine, "zero_point")).containsExactly(100);
        assertThat(floats(signed, "scale")).containsExactly(0.01f);
        assertThat(bytes(signed, "zero_point")).containsExactly((byte) 128);
    }

    /** A convolution of two channels to two, of quantized images, with a bias. */
    private static Map<String, OnnxMl.TensorProto> export(Quantization images, float... bias)
            throws InvalidProtocolBufferException {
        var net = new TestNet(-1, 4, 4, 2);
        net.constant("kernel", new FloatTensor(KERNEL, 1, 1, 2, 2));
        net.constant("bias", new FloatTensor(bias, 2));
        var conv = net.convWith("y", "x", "kernel", 1, "NHWC");
        var graph = net.graph(net.op("BiasAdd", "sum", conv, "bias"));
        var kernel = Quantization.perChannel(new float[] {1.27f, 2.54f}, 3);
        var edit = graph.edit();
        edit.setInput("y", 0, FakeQuantization.add(edit, "xq", TensorRef.of("x"), images));
        edit.setInput("y", 1, FakeQuantization.add(edit, "kq", TensorRef.of("kernel"), kernel));
        return initializers(edit.build());
    }

    private static Map<String, OnnxMl.TensorProto> initializers(FlatGraph graph)
            throws InvalidProtocolBufferException {
        var bytes = OnnxExport.of(graph, Precision.INT8).toBytes(ExportComparison.METADATA);
        var byName = new HashMap<String, OnnxMl.TensorProto>();
        OnnxMl.ModelProto.parseFrom(bytes)
                .getGraph()
                .getInitializerList()
                .forEach(tensor -> byName.put(tensor.getName(), tensor));
        return byName;
    }

    private static byte[] bytes(Map<String, OnnxMl.TensorProto> file, String name) {
        return file.get(name).getRawData().toByteArray();
    }

    private static float[] floats(Map<String, OnnxMl.TensorProto> file, String name) {
        var values = new float[bytes(file, name).length / Float.BYTES];
        buffer(file, name).asFloatBuffer().get(values);
        return values;
    }

    private static int[] ints(Map<String, OnnxMl.TensorProto> file, String name) {
        var values = new int[bytes(file, name).length / Integer.BYTES];
        buffer(file, name).asIntBuffer().get(values);
        return values;
    }

    private static ByteBuffer buffer(Map<String, OnnxMl.TensorProto> file, String name) {
        return ByteBuffer.wrap(bytes(file, name)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
