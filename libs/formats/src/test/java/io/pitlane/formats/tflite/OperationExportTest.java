package io.pitlane.formats.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.pitlane.formats.export.Precision;
import io.pitlane.formats.onnx.ExportComparison;
import io.pitlane.formats.onnx.OpCase;
import io.pitlane.formats.onnx.OpCases;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.quantization.QuantizedGraph;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.NodeDef;

/** Each operation in TensorFlow Lite against TensorFlow. */
class OperationExportTest {
    private static final int ANY_SIDE = 10;

    /** It reads the second image of a batch. */
    private static final String OF_TWO_IMAGES = "GatherNd of slices";

    /** Operators that XNNPACK has kernels for. */
    private static final Set<String> OF_XNNPACK =
            Set.of(
                    "ABS",
                    "ADD",
                    "AVERAGE_POOL_2D",
                    "BATCH_MATMUL",
                    "CEIL",
                    "CONCATENATION",
                    "CONV_2D",
                    "COS",
                    "DEPTHWISE_CONV_2D",
                    "DEPTH_TO_SPACE",
                    "DIV",
                    "ELU",
                    "EXP",
                    "FLOOR",
                    "FULLY_CONNECTED",
                    "LEAKY_RELU",
                    "LOGISTIC",
                    "MAXIMUM",
                    "MAX_POOL_2D",
                    "MEAN",
                    "MINIMUM",
                    "MUL",
                    "NEG",
                    "PAD",
                    "REDUCE_MAX",
                    "REDUCE_MIN",
                    "RELU",
                    "RELU6",
                    "RESHAPE",
                    "RESIZE_BILINEAR",
                    "ROUND",
                    "RSQRT",
                    "SIN",
                    "SOFTMAX",
                    "SPACE_TO_DEPTH",
                    "SPLIT",
                    "SQRT",
                    "SQUARE",
                    "SQUARED_DIFFERENCE",
                    "SUB",
                    "SUM",
                    "TANH",
                    "TRANSPOSE",
                    "TRANSPOSE_CONV");

    /** Strides above the size of the window, computed sizes, and integers. */
    private static final Pattern UNUSUAL =
            Pattern.compile(
                    "Pool .* 2/3|BackpropInput SAME 1/2|any size|computed shape|of integers"
                            + "|GatherV2 by image");

    static Stream<OpCase> cases() {
        return Stream.concat(OpCases.all(), TfliteCases.all())
                .filter(OperationExportTest::isInTheTable)
                .filter(operation -> !operation.name().equals(OF_TWO_IMAGES));
    }

    private static boolean isInTheTable(OpCase operation) {
        var operations = new HashSet<>(TfliteExport.operations());
        operations.addAll(Set.of("Const", "Placeholder"));
        return operation.graph().nodes().stream()
                .map(NodeDef::getOp)
                .allMatch(operations::contains);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void anOperationGivesTheValuesOfTensorFlow(OpCase operation) {
        var graph = operation.graph();
        try (var model = TfliteModel.open(bytes(graph))) {
            ExportComparison.assertEqual(
                    graph, model::run, ExportComparison.RELATIVE, ANY_SIDE, 1, 3);
        }
    }

    private static byte[] bytes(FlatGraph graph) {
        var precision = QuantizedGraph.of(graph).isQuantized() ? Precision.INT8 : Precision.FLOAT32;
        return TfliteExport.of(graph, precision).toBytes(ExportComparison.METADATA);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void soItDoesForOneImageWithoutXnnpack(OpCase operation) {
        var graph = operation.graph();
        try (var model = TfliteModel.openWithoutXnnpack(bytes(graph))) {
            ExportComparison.assertEqual(graph, model::run, ExportComparison.RELATIVE, ANY_SIDE, 1);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void xnnpackTakesEveryOperatorThatItHasAKernelFor(OpCase operation) {
        assumeFalse(UNUSUAL.matcher(operation.name()).find(), "XNNPACK has no kernel for it");
        try (var model = TfliteModel.open(bytes(operation.graph()))) {
            assertThat(model.operatorsOutsideXnnpack()).doesNotContainAnyElementsOf(OF_XNNPACK);
        }
    }

    @Test
    void everyOperationOfTheTableIsAmongTheCases() {
        // When
        var tested =
                cases().flatMap(operation -> operation.graph().nodes().stream())
                        .map(NodeDef::getOp)
                        .collect(Collectors.toSet());

        // Then
        assertThat(tested).containsAll(TfliteExport.operations());
    }
}
