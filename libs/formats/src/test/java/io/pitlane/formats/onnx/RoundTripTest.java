package io.pitlane.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.InputSpec.Layout;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.onnx.reading.ReadModel;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.runtime.ModelInputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is exported to ONNX is read again as a graph that computes the same. */
class RoundTripTest {
    private static final int ANY_SIDE = 10;
    private static final int BATCH = 2;

    /** Operations whose ONNX form is written but not read. */
    private static final Set<String> UNREAD =
            Set.of(
                    "Asinh",
                    "Acosh",
                    "Atanh",
                    "BroadcastTo",
                    "Cumsum",
                    "FloorMod",
                    "GatherNd",
                    "OneHot",
                    "TopKV2",
                    "Where",
                    "NonMaxSuppressionV3",
                    "CombinedNonMaxSuppression");

    /** Other uses that are not read: computed sizes, and indices for each image. */
    private static final Pattern UNREAD_CASES =
            Pattern.compile("(Conv2DBackpropInput|Resize).* of any size|GatherV2 by image");

    @TempDir Path temp;

    static Stream<OpCase> cases() {
        return OpCases.all().filter(RoundTripTest::isRead);
    }

    private static boolean isRead(OpCase operation) {
        return !UNREAD_CASES.matcher(operation.name()).matches()
                && operation.graph().nodes().stream()
                        .noneMatch(node -> UNREAD.contains(node.getOp()));
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
        var export = OnnxExport.of(graph, ModelExports.precisionOf(graph));
        Files.write(file, export.toBytes(ExportComparison.METADATA));
        var inputs = ModelInputs.of(graph.signature(), InputSpec.DEFAULT);
        var images = images(inputs);

        // When
        var read = ReadModel.of(file, Layout.NHWC, temp.resolve("model"));

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
        var values = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(256) / 64f - 2;
        }
        return new FloatTensor(values, shape);
    }
}
