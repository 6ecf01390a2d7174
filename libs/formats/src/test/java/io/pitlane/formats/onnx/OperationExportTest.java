package io.pitlane.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.NodeDef;

/** Each operation in ONNX Runtime against TensorFlow. */
class OperationExportTest {
    private static final int ANY_SIDE = 10;

    static Stream<OpCase> cases() {
        return OpCases.all();
    }

    static Stream<OpCase> casesOfImages() {
        return OpCases.all().filter(OpCase::isOfImages);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void anOperationGivesTheValuesOfTensorFlow(OpCase operation) throws OrtException {
        ExportComparison.assertEqual(operation.graph(), ANY_SIDE, 2, 3);
    }

    @ParameterizedTest
    @MethodSource("casesOfImages")
    void soItDoesWhereItsInputHasTheChannelsFirst(OpCase operation) throws OrtException {
        ExportComparison.assertEqual(operation.graphBehindConvolution(), ANY_SIDE, 2, 3);
    }

    @Test
    void everyOperationOfTheTableIsAmongTheCases() {
        // When
        var tested =
                OpCases.all()
                        .flatMap(operation -> operation.graph().nodes().stream())
                        .map(NodeDef::getOp)
                        .collect(Collectors.toSet());

        // Then
        assertThat(tested).containsAll(OnnxExport.operations());
    }
}
