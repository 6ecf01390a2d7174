package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.quantization.ActivationOptions;
import io.pitlane.engines.InferenceEngine;
import io.pitlane.engines.LoadOptions;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.onnx.OnnxExport;
import io.pitlane.formats.tensorflow.TensorFlowExport;
import io.pitlane.formats.tflite.TfliteExport;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.fusion.HardActivation;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.runtime.GraphSession;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.schema.TensorType;

/** Networks after post-training quantization, run by every engine. */
class EngineExportsTest {
    private static final FloatTensor IMAGES =
            Int8Fixture.unsigned(4, 16, 16, 3).map(value -> value / 255);

    private static final ExportMetadata METADATA = ExportMetadata.of(Map.of());

    @TempDir private Path folder;

    static Stream<String> names() {
        return QuantizedNets.all().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyEngineComputesWhatTheGraphSimulates(String name) {
        for (var type : ActivationOptions.Type.values()) {
            // Given
            var graph = QuantizedNets.all().get(name).get();
            var quantized = quantize(graph, type);
            var floats = simulated(graph);

            // When
            var simulated = simulated(quantized);

            // Then: an engine differs from the simulation by less than the simulation from float
            for (var format : ModelFormat.values()) {
                var computed = computed(quantized, format);
                for (var output : simulated.keySet()) {
                    double loss = error(simulated.get(output), floats.get(output));
                    assertThat(loss).as(output).isBetween(1e-6, 0.08);
                    assertThat(error(computed.get(output), simulated.get(output)))
                            .as("%s on %s, %s", output, format, type)
                            .isLessThan(loss);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void tfliteComputesInIntegersUpToTheLastLayer(String name) {
        // Given
        var graph = QuantizedNets.all().get(name).get();
        var quantized = quantize(graph, ActivationOptions.Type.ASYMMETRIC);

        // When
        var export = TfliteExport.of(quantized, Precision.INT8);

        // Then: softmax and the last dense layer give floats; ELU has no kernel for integers
        assertThat(floatOperators(export.toBytes(METADATA)))
                .as(name)
                .isSubsetOf("FULLY_CONNECTED", "SOFTMAX", "ELU")
                .satisfies(
                        operators ->
                                assertThat(Collections.frequency(operators, "FULLY_CONNECTED"))
                                        .isLessThanOrEqualTo(1));
    }

    @Test
    void aHardSwishIsRoundedAtItsInputAndOutputOnly() {
        // Given
        var graph = QuantizedNets.all().get("hard swish and hard sigmoid").get();

        // When
        var quantized = quantize(graph, ActivationOptions.Type.ASYMMETRIC);
        var operators = operators(TfliteExport.of(quantized, Precision.INT8).toBytes(METADATA));

        // Then
        assertThat(HardActivation.of(quantized))
                .hasSize(3)
                .allSatisfy(
                        activation ->
                                assertThat(
                                                quantized.uses(activation.output()).stream()
                                                        .map(FlatGraph.Use::consumer))
                                        .allMatch(
                                                reader ->
                                                        FakeQuantization.of(quantized, reader)
                                                                .isPresent()));
        assertThat(operators)
                .filteredOn(operator -> operator.name().equals("HARD_SWISH"))
                .hasSize(2)
                .allMatch(operator -> operator.output() == TensorType.INT8);
    }

    @ParameterizedTest
    @MethodSource("names")
    void theLayersInInt8AreThoseOfTheExports(String name) throws Exception {
        // Given
        var graph = QuantizedNets.all().get(name).get();

        // When
        var quantized = quantize(graph, ActivationOptions.Type.ASYMMETRIC);

        // Then
        assertThat(ModelExports.int8Layers(ModelFormat.TENSORFLOW, quantized))
                .hasSize(tensorFlowKernels(quantized));
        assertThat(ModelExports.int8Layers(ModelFormat.ONNX, quantized))
                .hasSize(onnxRuntimeKernels(quantized));
        assertThat(ModelExports.int8Layers(ModelFormat.TFLITE, quantized))
                .hasSize(tfliteKernels(quantized));
    }

    private static int tensorFlowKernels(FlatGraph quantized) {
        var int8 = TensorFlowExport.of(quantized, Precision.INT8).graph();
        return (int)
                int8.nodes().stream()
                        .filter(node -> Operations.of(node).kind() == Kind.FUSED_LAYER)
                        .count();
    }

    /** In the graph that ONNX Runtime makes of the export. */
    private int onnxRuntimeKernels(FlatGraph quantized) throws Exception {
        var model = OnnxExport.of(quantized, Precision.INT8).toBytes(METADATA);
        var optimized = folder.resolve("optimized.onnx");
        try (var options = new OrtSession.SessionOptions()) {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            options.setOptimizedModelFilePath(optimized.toString());
            OrtEnvironment.getEnvironment().createSession(model, options).close();
        }
        var kernels = Set.of("QLinearConv", "QGemm", "QLinearMatMul", "MatMulIntegerToFloat");
        return (int)
                OnnxMl.ModelProto.parseFrom(Files.readAllBytes(optimized))
                        .getGraph()
                        .getNodeList()
                        .stream()
                        .filter(node -> kernels.contains(node.getOpType()))
                        .count();
    }

    private static int tfliteKernels(FlatGraph quantized) {
        var layers = List.of("CONV_2D", "DEPTHWISE_CONV_2D", "TRANSPOSE_CONV", "FULLY_CONNECTED");
        var operators = operators(TfliteExport.of(quantized, Precision.INT8).toBytes(METADATA));
        return (int)
                operators.stream()
                        .filter(operator -> layers.contains(operator.name()))
                        .filter(operator -> operator.output() == TensorType.INT8)
                        .count();
    }

    private static FlatGraph quantize(FlatGraph graph, ActivationOptions.Type type) {
        var options =
                Int8Fixture.PLAIN.toBuilder().activations(new ActivationOptions(type)).build();
        return new PostTrainingInt8(options).quantize(graph, List.of(IMAGES)).graph();
    }

    /** The operators that compute float32 from float32, in the order of the model. */
    private static List<String> floatOperators(byte[] file) {
        return operators(file).stream()
                .filter(operator -> operator.output() == TensorType.FLOAT32)
                .filter(operator -> operator.inputs().contains(TensorType.FLOAT32))
                .map(Operator::name)
                .toList();
    }

    /**
     * An operator of a TFLite model.
     *
     * @param inputs the types of its inputs
     * @param output the type of its first output
     */
    private record Operator(String name, List<Byte> inputs, byte output) {}

    private static List<Operator> operators(byte[] file) {
        var model = Model.getRootAsModel(ByteBuffer.wrap(file));
        var graph = model.subgraphs(0);
        var operators = new ArrayList<Operator>();
        for (int i = 0; i < graph.operatorsLength(); i++) {
            var operator = graph.operators(i);
            var inputs =
                    IntStream.range(0, operator.inputsLength())
                            .map(operator::inputs)
                            .filter(input -> input >= 0)
                            .mapToObj(input -> graph.tensors(input).type())
                            .toList();
            int code = model.operatorCodes((int) operator.opcodeIndex()).builtinCode();
            operators.add(
                    new Operator(
                            BuiltinOperator.name(code),
                            inputs,
                            graph.tensors(operator.outputs(0)).type()));
        }
        return operators;
    }

    private Map<String, FloatTensor> computed(FlatGraph quantized, ModelFormat format) {
        var file = folder.resolve(format.fileName());
        ModelExports.of(format, quantized, Precision.INT8).write(file, METADATA);
        try (var model = InferenceEngine.of(format.engine()).load(file, LoadOptions.DEFAULT)) {
            return model.predict(IMAGES).byName();
        }
    }

    private static Map<String, FloatTensor> simulated(FlatGraph graph) {
        var ports = graph.signature().outputs();
        try (var session = GraphSession.open(graph)) {
            var values = session.run(IMAGES, ports.stream().map(port -> port.tensor()).toList());
            var byName = new HashMap<String, FloatTensor>();
            for (int i = 0; i < ports.size(); i++) {
                byName.put(ports.get(i).name(), values.get(i));
            }
            return byName;
        }
    }

    private static double error(FloatTensor actual, FloatTensor expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        double error = 0;
        double size = 0;
        for (int i = 0; i < expected.values().length; i++) {
            error += Math.pow(actual.values()[i] - expected.values()[i], 2);
            size += Math.pow(expected.values()[i], 2);
        }
        return Math.sqrt(error / size);
    }
}
