package io.pitlane.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.InputSpec.Layout;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.formats.onnx.reading.ReadModel;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.runtime.ModelInputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.DataType;

/** What is exported to ONNX is read again as a graph that computes the same. */
class RoundTripTest {
    private static final int ANY_SIDE = 10;
    private static final int BATCH = 2;

    /** What is exported and not read. */
    private static final List<String> NOT_READ =
            List.of(
                    "(NonMaxSuppression): the operator is not supported",
                    "(ScatterND): the operator is not supported",
                    "(NonZero): the operator is not supported",
                    "(OneHot): the operator is not supported",
                    "(GatherND): it gathers by batch",
                    "(Conv): it convolves three spatial axes with dilation",
                    "(ConvTranspose): it is a transposed convolution of images whose size is not",
                    "(Resize): it does not resize images of a fixed size");

    @TempDir Path temp;

    /** A float export leaves fake quantization out. */
    static Stream<OpCase> cases() {
        return OpCases.all()
                .filter(
                        operation ->
                                operation.graph().nodes().stream()
                                        .map(node -> Operations.of(node).kind())
                                        .noneMatch(Kind.FAKE_QUANTIZATION::equals));
    }

    static Stream<OpCase> casesOfImages() {
        return cases().filter(OpCase::isOfImages);
    }

    static Stream<String> samples() {
        return SampleGraphs.all().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void anExportedOperationIsReadAgain(OpCase operation) throws IOException {
        assertReadAgain(operation.graph());
    }

    @ParameterizedTest
    @MethodSource("casesOfImages")
    void soItIsBehindAConvolution(OpCase operation) throws IOException {
        assertReadAgain(operation.graphBehindConvolution());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void soIsAnExportedNetwork(String sample) throws IOException {
        assertReadAgain(SampleGraphs.all().get(sample).get());
    }

    private void assertReadAgain(FlatGraph graph) throws IOException {
        // Given
        var file = temp.resolve("model.onnx");
        Files.write(file, OnnxExport.of(graph).toBytes(ExportComparison.METADATA));
        var inputs = ModelInputs.of(graph.signature(), InputSpec.DEFAULT);
        var images = images(inputs);

        // When
        ReadModel read;
        try {
            read = ReadModel.of(file, Layout.NHWC, temp.resolve("model"));
        } catch (FailureException e) {
            assertThat(NOT_READ).as(e.getMessage()).anyMatch(e.getMessage()::contains);
            return;
        }

        // Then
        assertThat(read.model().turned()).isEmpty();
        try (var original = GraphSession.open(graph);
                var again = GraphSession.open(read.flat())) {
            var expected = original.predict(images).byName();
            var actual = again.predict(images).byName();
            assertThat(actual.keySet()).isEqualTo(expected.keySet());
            expected.forEach(
                    (name, values) ->
                            ReadModel.assertClose(name, actual.get(name), values, 1e-4, 1e-5));
        }
    }

    private static FloatTensor images(ModelInputs inputs) {
        var sizes = inputs.image().shape();
        var shape = new long[sizes.size()];
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = sizes.get(axis) >= 0 ? sizes.get(axis) : axis == 0 ? BATCH : ANY_SIDE;
        }
        var random = new Random(5);
        boolean bytes = inputs.image().dtype() == DataType.DT_UINT8;
        var values = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes ? random.nextInt(256) : (float) random.nextGaussian();
        }
        return new FloatTensor(values, shape);
    }
}
