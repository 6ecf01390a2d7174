package io.pitlane.formats.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tensorflow.proto.DataType.DT_BFLOAT16;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.SampleNetwork;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.quantization.Bfloat16Graph;
import io.pitlane.graph.quantization.Bfloat16Region;
import io.pitlane.graph.runtime.GraphSession;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

class Bfloat16LoweringTest {
    private static final int SIDE = 16;

    /** Of a value of 8 significant bits. */
    private static final double STEP = 1.0 / 256;

    @BeforeAll
    static void loadTensorFlow() {
        TensorFlowRuntime.load();
    }

    @Test
    void theKernelsComputeWhatTheSimulationDoes() {
        // Given
        var floats = network();
        var simulated = simulated(floats);
        var images = images();

        // When
        var lowered = TensorFlowExport.of(simulated, Precision.BFLOAT16).graph();

        // Then: rounding is all that is left between them, and changes the float graph's outputs
        var expected = outputs(simulated, images);
        assertThat(distance(outputs(lowered, images), expected)).isLessThan(STEP);
        assertThat(distance(outputs(floats, images), expected)).isBetween(STEP / 16, 4 * STEP);
    }

    @Test
    void everythingBetweenTheLayersIsInBfloat16() {
        // When
        var lowered = TensorFlowExport.of(simulated(network()), Precision.BFLOAT16).graph();

        // Then: converted once where the image comes in, and twice where float nodes read results
        assertThat(lowered.nodes())
                .filteredOn(node -> type(node, "T") == DT_BFLOAT16)
                .extracting(NodeDef::getOp)
                .contains("Conv2D", "DepthwiseConv2dNative", "MatMul", "BiasAdd", "AddV2")
                .contains("Relu", "Relu6", "MaxPool", "ConcatV2", "Reshape")
                .doesNotContain("Mean", "Softmax", "Sigmoid");
        assertThat(lowered.nodes())
                .filteredOn(node -> node.getOp().equals("Cast"))
                .extracting(node -> node.getInput(0))
                .containsExactlyInAnyOrder("image", "gate/bias", "gated", "scores/bias");
        assertThat(lowered.nodes())
                .filteredOn(node -> node.getOp().equals("Const") && isKernel(node))
                .allSatisfy(node -> assertThat(type(node, "dtype")).isEqualTo(DT_BFLOAT16));
    }

    @Test
    void weightsTakeHalfTheBytes() {
        // Given
        var simulated = simulated(network());

        // When
        long bytes = constants(TensorFlowExport.of(simulated, Precision.BFLOAT16).graph());

        // Then
        long floats = constants(TensorFlowExport.of(simulated, Precision.FLOAT32).graph());
        assertThat(2 * bytes).isEqualTo(floats);
    }

    @ParameterizedTest
    @EnumSource(
            value = ModelFormat.class,
            names = {"ONNX", "TFLITE"})
    void otherFormatsGetTheRoundedWeightsInFloat(ModelFormat format) {
        // Given
        var simulated = simulated(network());

        // When
        var export =
                ModelExports.of(format, simulated, ModelExports.precisionOf(format, simulated));

        // Then
        assertThat(export.obstacles()).isEmpty();
        var computed = ModelExports.computed(format, simulated);
        assertThat(computed.nodes()).extracting(NodeDef::getOp).doesNotContain("Cast");
        assertThatThrownBy(() -> ModelExports.of(format, simulated, Precision.BFLOAT16))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("has no kernels of bfloat16");
    }

    @Test
    void aFloatModelHasNothingInBfloat16() {
        assertThatThrownBy(() -> TensorFlowExport.of(network(), Precision.BFLOAT16))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("no layers in bfloat16");
    }

    private static FlatGraph simulated(FlatGraph graph) {
        return new Bfloat16Graph(graph, Bfloat16Region.supported(graph)).simulated();
    }

    /** Every operation that computes in bfloat16, and some that do not. */
    private static FlatGraph network() {
        var net = new SampleNetwork(11);
        var x = net.input("image", -1, SIDE, SIDE, 3);
        x = net.relu("stem/relu", net.bias("stem/bias", net.conv("stem", x, 3, 3, 8, 2), 8));
        var y = net.depthwise("depthwise", x, 3, 8, 1);
        y = net.relu6("depthwise/relu6", net.bias("depthwise/bias", y, 8));
        y = net.bias("point/bias", net.conv("point", y, 1, 8, 8, 1), 8);
        x = net.pool("pool", net.concat("joined", net.plus("sum", y, x), x));
        var gate = net.bias("gate/bias", net.conv("gate", x, 1, 16, 16, 1), 16);
        x = net.add(NodeBuilder.of("Sigmoid", "gated").input(gate).type("T", DT_FLOAT));
        return head(net, x);
    }

    private static FlatGraph head(SampleNetwork net, String x) {
        int features = 4 * 4 * 16;
        x = net.bias("hidden/bias", net.conv("hidden", x, 1, 16, 16, 1), 16);
        x = net.dense("scores", net.reshape("flat", x, -1, features), features, 5);
        x = net.bias("scores/bias", x, 5);
        return net.output("probabilities", net.softmax("softmax", x), -1, 5).build();
    }

    private static FloatTensor images() {
        var random = new Random(5);
        var values = new float[4 * SIDE * SIDE * 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return new FloatTensor(values, 4, SIDE, SIDE, 3);
    }

    private static DataType type(NodeDef node, String attribute) {
        return Attributes.of(node).type(attribute, DT_FLOAT);
    }

    private static boolean isKernel(NodeDef node) {
        return node.getName().contains("kernel");
    }

    private static long constants(FlatGraph graph) {
        return graph.nodes().stream()
                .filter(node -> node.getOp().equals("Const") && type(node, "dtype") != DT_INT32)
                .mapToLong(
                        node -> node.getAttrOrThrow("value").getTensor().getTensorContent().size())
                .sum();
    }

    private static float[] outputs(FlatGraph graph, FloatTensor images) {
        try (var session = GraphSession.open(graph, InputSpec.DEFAULT)) {
            return session.run(images).get(0).values();
        }
    }

    /** The relative L2 distance. */
    private static double distance(float[] actual, float... expected) {
        double error = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            error += Math.pow(actual[i] - expected[i], 2);
            size += Math.pow(expected[i], 2);
        }
        return Math.sqrt(error / size);
    }
}
