package io.pitlane.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.InputSpec.Channels;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.report.EngineAgreement;
import io.pitlane.contract.report.Report;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.evaluation.scoring.Scoring;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.ImageModel;
import io.pitlane.graph.runtime.Outputs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.VersionDef;

/** Models that return the two pixels of the image, unchanged or changed. */
class EvaluatorTest {
    private static final InputSpec INPUT = InputSpec.builder().channels(Channels.GREY).build();
    private static final GraphSignature SIGNATURE =
            new GraphSignature(
                    "serving_default",
                    List.of(
                            new GraphSignature.Port(
                                    "in", TensorRef.of("x"), DT_FLOAT, List.of(-1L, 1L, 2L))),
                    List.of(
                            new GraphSignature.Port(
                                    "out", TensorRef.of("y"), DT_FLOAT, List.of(-1L, 2L))));

    @TempDir Path folder;

    @Test
    void fidelityComparesTheHighestAndTheDistance() {
        // Given: [3, 0] and [0, 4] become [3, 4] and [0, 4]
        var evaluator = evaluator(pixels(3, 0), pixels(0, 4));
        UnaryOperator<float[]> four = v -> new float[] {v[0], 4};

        // When
        try (var predictions = RecordedPredictions.in(folder, 2)) {
            var original = evaluator.record(model(v -> v), predictions, done -> {});
            var candidate = evaluator.compare(model(four), predictions, done -> {});

            // Then
            assertThat(original.fidelity()).isEqualTo(new Report.Fidelity(1.0, 0.0));
            assertThat(original.accuracy()).isEmpty();
            assertThat(candidate.fidelity().agreement()).isEqualTo(0.5);
            assertThat(candidate.fidelity().relativeL2()).isCloseTo(4.0 / 5, within(1e-12));
        }
    }

    @Test
    void predictionsAboveTheSizeLimitAreRecordedForEveryKthImage() throws Exception {
        // Given: 10 images, 12 bytes each, a limit of 4 of them; every third differs
        var images = IntStream.range(0, 10).mapToObj(i -> pixels(i % 3 == 0 ? 1 : 5, 2)).toList();
        var evaluator = evaluator(images.toArray(Image[]::new));
        UnaryOperator<float[]> changed = v -> v[0] == 1 ? v : new float[] {0, 9};

        try (var predictions = RecordedPredictions.in(folder, 10, 48)) {
            evaluator.record(model(v -> v), predictions, done -> {});
            var candidate = evaluator.compare(model(changed), predictions, done -> {});

            assertThat(predictions.every()).isEqualTo(3);
            assertThat(candidate.fidelity()).isEqualTo(new Report.Fidelity(1.0, 0.0));
        }
        assertThat(Files.list(folder)).isEmpty();
    }

    @Test
    void everyTwoFormatsAreComparedByTheClassesThatTheyChoose() throws Exception {
        // Given: of 4 images ONNX changes the class of the first, TFLite those of the first two
        var evaluator = evaluator(pixels(1, 0), pixels(2, 0), pixels(3, 0), pixels(0, 4));
        UnaryOperator<float[]> one = v -> v[0] == 1 ? new float[] {0, 9} : v;
        UnaryOperator<float[]> two = v -> v[0] == 1 || v[0] == 2 ? new float[] {0, 9} : v;

        try (var formats = new PairwiseAgreement(folder, 4)) {
            // When
            evaluate(evaluator, v -> v, formats, ModelFormat.TENSORFLOW);
            evaluate(evaluator, one, formats, ModelFormat.ONNX);
            evaluate(evaluator, two, formats, ModelFormat.TFLITE);

            // Then
            assertThat(formats.pairs())
                    .containsExactly(
                            new EngineAgreement(ModelFormat.TENSORFLOW, ModelFormat.ONNX, 0.75),
                            new EngineAgreement(ModelFormat.TENSORFLOW, ModelFormat.TFLITE, 0.5),
                            new EngineAgreement(ModelFormat.ONNX, ModelFormat.TFLITE, 0.75));
        }
        assertThat(Files.list(folder)).isEmpty();
    }

    private static void evaluate(
            Evaluator evaluator,
            UnaryOperator<float[]> answer,
            PairwiseAgreement formats,
            ModelFormat format) {
        try (var pass = formats.start(format)) {
            evaluator.comparing(pass).evaluate(model(answer), done -> {});
        }
    }

    @Test
    void anAnswerThatIsNoNumberStopsTheEvaluationAndNamesTheImage() {
        var evaluator = evaluator(pixels(1, 2), pixels(7, 2));
        UnaryOperator<float[]> broken = v -> v[0] == 7 ? new float[] {Float.NaN, 0} : v;

        assertThatThrownBy(() -> evaluator.evaluate(model(broken), done -> {}))
                .isInstanceOfSatisfying(
                        NotFiniteException.class, e -> assertThat(e.image()).isEqualTo(1));
    }

    private static Evaluator evaluator(Image... images) {
        var scoring = Scoring.of(graph(), Task.CLASSIFICATION, null, INPUT);
        return new Evaluator(scoring, ImageSet.of(List.of(images)), INPUT);
    }

    private static FlatGraph graph() {
        var placeholder =
                NodeBuilder.of("Placeholder", "x")
                        .type("dtype", DT_FLOAT)
                        .shape("shape", -1, 1, 2)
                        .build();
        var same = NodeBuilder.of("Relu", "y").input("x").type("T", DT_FLOAT).build();
        return GraphEditor.of(
                        List.of(placeholder, same),
                        SIGNATURE,
                        VersionDef.newBuilder().setProducer(1882).build())
                .build();
    }

    private static ImageModel model(UnaryOperator<float[]> answer) {
        return new ImageModel() {
            @Override
            public GraphSignature signature() {
                return SIGNATURE;
            }

            @Override
            public GraphSignature.Port input() {
                return SIGNATURE.inputs().get(0);
            }

            @Override
            public Outputs predict(FloatTensor images) {
                float[] values = images.values();
                var predictions = new float[values.length];
                for (int i = 0; i < values.length; i += 2) {
                    var changed = answer.apply(new float[] {values[i], values[i + 1]});
                    System.arraycopy(changed, 0, predictions, i, 2);
                }
                return new Outputs(
                        Map.of("out", new FloatTensor(predictions, images.shape()[0], 2)));
            }
        };
    }

    private static Image pixels(int one, int two) {
        return new Image(1, 2, 1, new byte[] {(byte) one, (byte) two});
    }
}
