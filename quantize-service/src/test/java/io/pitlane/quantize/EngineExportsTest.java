package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.quantization.ActivationOptions;
import io.pitlane.engines.InferenceEngine;
import io.pitlane.engines.LoadOptions;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.Precision;
import io.pitlane.formats.tflite.TfliteExport;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.GraphSession;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
        assertThat(floatOperators(export.toBytes(ExportMetadata.of(Map.of()))))
                .as(name)
                .isSubsetOf("FULLY_CONNECTED", "SOFTMAX", "ELU")
                .satisfies(
                        operators ->
                                assertThat(Collections.frequency(operators, "FULLY_CONNECTED"))
                                        .isLessThanOrEqualTo(1));
    }

    private static FlatGraph quantize(FlatGraph graph, ActivationOptions.Type type) {
        var options =
                Int8Fixture.PLAIN.toBuilder().activations(new ActivationOptions(type)).build();
        return new PostTrainingInt8(options).quantize(graph, List.of(IMAGES)).graph();
    }

    /** The operators that compute float32 from float32, in the order of the model. */
    private static List<String> floatOperators(byte[] file) {
        var model = Model.getRootAsModel(ByteBuffer.wrap(file));
        var graph = model.subgraphs(0);
        var operators = new ArrayList<String>();
        for (int i = 0; i < graph.operatorsLength(); i++) {
            var operator = graph.operators(i);
            var types =
                    IntStream.range(0, operator.inputsLength())
                            .map(operator::inputs)
                            .filter(input -> input >= 0)
                            .mapToObj(input -> graph.tensors(input).type())
                            .toList();
            int code = model.operatorCodes((int) operator.opcodeIndex()).builtinCode();
            boolean isFloat =
                    graph.tensors(operator.outputs(0)).type() == TensorType.FLOAT32
                            && code != BuiltinOperator.DEQUANTIZE;
            if (isFloat && types.contains(TensorType.FLOAT32)) {
                operators.add(BuiltinOperator.name(code));
            }
        }
        return operators;
    }

    private Map<String, FloatTensor> computed(FlatGraph quantized, ModelFormat format) {
        var file = folder.resolve(format.fileName());
        ModelExports.of(format, quantized, Precision.INT8).write(file, ExportMetadata.of(Map.of()));
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
