package io.pitlane.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.InputSpec.Channels;
import io.pitlane.contract.data.InputSpec.Interpolation;
import io.pitlane.contract.data.Resize;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.Annotations.Masks;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.data.Mask;
import io.pitlane.evaluation.scoring.Scoring;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.GraphSession;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.VersionDef;

/** Segmentation is scored where the image lies in the model's input. */
class ResizedMasksTest {
    private static final int HEIGHT = 6;
    private static final int WIDTH = 12;
    private static final int PIXELS = HEIGHT * WIDTH;

    static Stream<Resize> resizes() {
        return Stream.of(
                new Resize.Letterbox(List.of(8, 8), 114),
                new Resize.Letterbox(List.of(12, 12), 114),
                new Resize.CenterCrop(8, List.of(8, 8)),
                new Resize.Stretch(List.of(8, 8)));
    }

    @ParameterizedTest
    @MethodSource("resizes")
    void aModelThatFindsEveryPixelHasAnIouOfOne(Resize resize) {
        // Given: class 1 is every pixel above 0; the padding, above 0 too, is not to be scored
        var random = new Random(2);
        var image = new Image(HEIGHT, WIDTH, 1, new byte[PIXELS]);
        var classes = new byte[PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            classes[i] = (byte) random.nextInt(2);
            image.pixels()[i] = (byte) (200 * classes[i]);
        }
        var images =
                ImageSet.of(List.of(image), Masks.of(List.of(new Mask(HEIGHT, WIDTH, classes))));
        var input =
                InputSpec.builder()
                        .resize(resize)
                        .interpolation(Interpolation.NEAREST)
                        .channels(Channels.GREY)
                        .build();
        var graph = threshold();

        // When
        Evaluation evaluation;
        try (var session = GraphSession.open(graph, input)) {
            evaluation =
                    new Evaluator(Scoring.of(graph, Task.SEGMENTATION, null, input), images, input)
                            .evaluate(session, done -> {});
        }

        // Then
        var accuracy = (Accuracy.Segmentation) evaluation.accuracy().orElseThrow();
        assertThat(accuracy.pixelAccuracy()).isEqualTo(1);
        assertThat(accuracy.perClassIou()).isEqualTo(Map.of(0, 1.0, 1, 1.0));
    }

    /** One score a pixel: that of class 1. */
    private static FlatGraph threshold() {
        var shape = List.of(-1L, -1L, -1L, 1L);
        var signature =
                new GraphSignature(
                        "serving_default",
                        List.of(new GraphSignature.Port("in", TensorRef.of("x"), DT_FLOAT, shape)),
                        List.of(
                                new GraphSignature.Port(
                                        "out", TensorRef.of("y"), DT_FLOAT, shape)));
        return GraphEditor.of(
                        List.of(
                                NodeBuilder.of("Placeholder", "x")
                                        .type("dtype", DT_FLOAT)
                                        .shape("shape", -1, -1, -1, 1)
                                        .build(),
                                NodeBuilder.of("Relu", "y").input("x").type("T", DT_FLOAT).build()),
                        signature,
                        VersionDef.newBuilder().setProducer(1882).build())
                .build();
    }
}
