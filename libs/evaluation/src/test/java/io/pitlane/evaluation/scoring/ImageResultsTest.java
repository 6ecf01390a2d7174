package io.pitlane.evaluation.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.Annotations;
import io.pitlane.data.Box;
import io.pitlane.data.Mask;
import io.pitlane.data.batch.Batch;
import io.pitlane.data.task.DetectionOutputs;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.Outputs;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The metrics of a resample equal the accuracy of a scorer that is shown the resample's images:
 * image 0 three times, image 2 twice, image 1 never.
 */
class ImageResultsTest {
    private static final int IMAGES = 8;
    private static final int[] COUNTS = {3, 0, 2, 1, 1, 0, 1, 0};
    private static final int[] DRAWN = {0, 0, 0, 2, 2, 3, 4, 6};

    private final Random random = new Random(2);

    @Test
    void aClassifiersImages() {
        int[] labels = random.ints(IMAGES, 0, 3).toArray();
        var scores = random(IMAGES, 3);

        assertSame(
                images -> new ClassificationScorer("out", decoder(false), pick(labels, images)),
                images -> outputs(rows(scores, images), images.length, 3));
    }

    @Test
    void aSegmentersImages() {
        var masks = IntStream.range(0, IMAGES).mapToObj(i -> mask()).toList();
        var ids = new float[IMAGES][];
        Arrays.setAll(ids, i -> floats(random.ints(6, 0, 4).toArray()));

        assertSame(
                images ->
                        new SegmentationScorer(
                                "out",
                                decoder(true),
                                Annotations.Masks.of(
                                        Arrays.stream(images).mapToObj(masks::get).toList())),
                images -> outputs(rows(ids, images), images.length, 2, 3));
    }

    @Test
    void aRegressionsImages() {
        var targets = random(IMAGES, 2);
        var values = random(IMAGES, 2);

        assertSame(
                images ->
                        new RegressionScorer("out", new Annotations.Values(targets).subset(images)),
                images -> outputs(rows(values, images), images.length, 2));
    }

    @Test
    void aDetectorsImages() {
        // Given: an object of class 0 or 1 in each image, and two detections of any class
        int[] labels = {0, 1, 1, 0, 0, 1, 0, 1};
        var boxes = new float[IMAGES][];
        Arrays.setAll(boxes, i -> new float[] {0, 0, 1, i % 3 == 0 ? 0.3f : 1, 0, 0, 1, 0.9f});
        var scores = random(IMAGES, 2);
        var classes = new float[IMAGES][];
        Arrays.setAll(classes, i -> floats(random.ints(2, 0, 2).toArray()));

        // When
        Function<int[], Scorer> shown =
                images -> {
                    var scorer = new DetectionScorer(detector());
                    for (int i = 0; i < images.length; i++) {
                        int image = images[i];
                        scorer.add(
                                new Outputs(
                                        Map.of(
                                                "boxes",
                                                new FloatTensor(boxes[image], 1, 2, 4),
                                                "scores",
                                                new FloatTensor(scores[image], 1, 2),
                                                "classes",
                                                new FloatTensor(classes[image], 1, 2))),
                                new Batch(
                                        new FloatTensor(new float[300], 1, 10, 10, 3),
                                        new int[] {i},
                                        1,
                                        Optional.of(
                                                new Annotations.Boxes(
                                                        List.of(
                                                                List.of(
                                                                        new Box(
                                                                                labels[image],
                                                                                0,
                                                                                0,
                                                                                10,
                                                                                10,
                                                                                false)))))));
                    }
                    return scorer;
                };

        // Then
        assertSame(shown.apply(all()), shown.apply(DRAWN));
    }

    @Test
    void aClassThatTheResampleLacksHasNoMetric() {
        var scorer = new ClassificationScorer("out", decoder(false), new int[] {0, 1});
        scorer.add(outputs(new float[] {1, 0, 0, 1}, 2, 2), batch(2));

        assertThat(scorer.imageResults().ofClass(1, new int[] {2, 0})).isNaN();
        assertThat(scorer.imageResults().ofClass(0, new int[] {2, 0})).isEqualTo(1);
    }

    private static void assertSame(
            Function<int[], Scorer> scorer, Function<int[], Outputs> predictions) {
        var whole = scorer.apply(all());
        whole.add(predictions.apply(all()), batch(IMAGES));
        var resampled = scorer.apply(DRAWN);
        resampled.add(predictions.apply(DRAWN), batch(DRAWN.length));
        assertSame(whole, resampled);
    }

    private static void assertSame(Scorer whole, Scorer resampled) {
        var results = whole.imageResults();
        var ofAll = whole.accuracy().orElseThrow();
        var expected = resampled.accuracy().orElseThrow();
        assertThat(results.images()).isEqualTo(IMAGES);
        assertThat(results.isError()).isEqualTo(expected instanceof Accuracy.Regression);
        assertThat(results.headline(ImageResults.each(IMAGES)))
                .isCloseTo(ofAll.headline().value(), within(1e-12));
        assertThat(results.headline(COUNTS))
                .isCloseTo(expected.headline().value(), within(1e-12))
                .isNotEqualTo(ofAll.headline().value());
        expected.perClass()
                .forEach(
                        (label, value) ->
                                assertThat(results.ofClass(label, COUNTS))
                                        .isCloseTo(value, within(1e-12)));
    }

    private static int[] all() {
        return IntStream.range(0, IMAGES).toArray();
    }

    private static ClassDecoder decoder(boolean pixels) {
        return new ClassDecoder(pixels, pixels, false, 0);
    }

    private Mask mask() {
        var classes = new byte[6];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = (byte) random.nextInt(3);
        }
        return new Mask(2, 3, classes);
    }

    private float[][] random(int rows, int columns) {
        var values = new float[rows][columns];
        for (var row : values) {
            for (int i = 0; i < columns; i++) {
                row[i] = 0.1f + random.nextFloat();
            }
        }
        return values;
    }

    private static float[] floats(int... values) {
        var floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = values[i];
        }
        return floats;
    }

    private static int[] pick(int[] values, int[] images) {
        return Arrays.stream(images).map(i -> values[i]).toArray();
    }

    private static float[] rows(float[][] values, int[] images) {
        int width = values[0].length;
        var rows = new float[images.length * width];
        for (int i = 0; i < images.length; i++) {
            System.arraycopy(values[images[i]], 0, rows, i * width, width);
        }
        return rows;
    }

    private static Outputs outputs(float[] values, long... shape) {
        return new Outputs(Map.of("out", new FloatTensor(values, shape)));
    }

    private static Batch batch(int images) {
        return new Batch(
                new FloatTensor(new float[images], images, 1),
                IntStream.range(0, images).toArray(),
                images);
    }

    private static DetectionOutputs detector() {
        return DetectionOutputs.of(
                        new GraphSignature(
                                "serving_default",
                                List.of(port("image", -1, 10, 10, 3)),
                                List.of(
                                        port("boxes", -1, 2, 4),
                                        port("scores", -1, 2),
                                        port("classes", -1, 2))),
                        null)
                .orElseThrow();
    }

    private static GraphSignature.Port port(String name, long... shape) {
        return new GraphSignature.Port(
                name, TensorRef.of(name), DT_FLOAT, Arrays.stream(shape).boxed().toList());
    }
}
