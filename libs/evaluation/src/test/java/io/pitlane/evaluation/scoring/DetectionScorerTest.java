package io.pitlane.evaluation.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.Annotations;
import io.pitlane.data.Box;
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
import org.junit.jupiter.api.Test;

/** Images are 10x10 pixels, so that 0.1 of an image is one pixel. */
class DetectionScorerTest {
    private static final int SLOTS = 4;
    private static final GraphSignature SIGNATURE =
            new GraphSignature(
                    "serving_default",
                    List.of(port("image", -1, 10, 10, 3)),
                    List.of(
                            port("detection_boxes", -1, SLOTS, 4),
                            port("detection_classes", -1, SLOTS),
                            port("detection_scores", -1, SLOTS),
                            port("num_detections", -1),
                            port("raw_detection_boxes", -1, 20, 4),
                            port("raw_detection_scores", -1, 20, 3)));

    private final DetectionScorer scorer =
            new DetectionScorer(DetectionOutputs.of(SIGNATURE, null).orElseThrow());

    /** A detection: class, score and edges in pixels. */
    private record Found(int label, double score, double x1, double y1, double x2, double y2) {}

    @Test
    void averagePrecisionByHand() {
        // Given: 3 objects of class 0; sorted by score: true positive, false positive, true
        // positive, duplicate
        show(
                List.of(object(0, 0, 0, 4, 4), object(0, 6, 6, 10, 10)),
                new Found(0, 0.9, 0, 0, 4, 4),
                new Found(0, 0.8, 0, 6, 4, 10),
                new Found(0, 0.5, 0, 0, 4, 5));
        show(List.of(object(0, 2, 2, 8, 8)), new Found(0, 0.7, 2, 2, 8, 7));

        // Then: precision 1, 1/2, 2/3, 2/4 at recall 1/3, 1/3, 2/3, 2/3: 1/3 x 1 + 1/3 x 2/3
        assertThat(meanAveragePrecision()).isCloseTo(5 / 9.0, within(1e-6));
    }

    @Test
    void anOverlapOfJustHalfIsEnoughAndLessIsNot() {
        // 10 of 20 square pixels, and 9 of 20
        show(List.of(object(0, 0, 0, 2, 10)), new Found(0, 0.9, 0, 0, 1, 10));
        show(List.of(object(1, 0, 0, 2, 10)), new Found(1, 0.9, 0, 0, 1, 9));

        assertThat(accuracy().perClassAveragePrecision()).isEqualTo(Map.of(0, 1.0, 1, 0.0));
        assertThat(meanAveragePrecision()).isEqualTo(0.5);
    }

    @Test
    void difficultObjectsCountNeitherWhenFoundNorWhenMissed() {
        show(
                List.of(
                        object(0, 0, 0, 4, 4),
                        new Box(0, 6, 6, 10, 10, true),
                        new Box(0, 0, 6, 4, 10, true)),
                new Found(0, 0.9, 6, 6, 10, 10),
                new Found(0, 0.8, 0, 0, 4, 4));

        assertThat(meanAveragePrecision()).isEqualTo(1);
    }

    @Test
    void whereAllObjectsAreDifficultThereIsNoAccuracy() {
        show(List.of(new Box(0, 0, 0, 4, 4, true)), new Found(0, 0.9, 0, 0, 4, 4));

        assertThat(scorer.accuracy()).isEmpty();
    }

    @Test
    void withoutDetectionsTheFigureIsZero() {
        show(List.of(object(0, 0, 0, 4, 4), object(2, 0, 0, 4, 4)));

        assertThat(scorer.accuracy()).contains(new Accuracy.Detection(0, Map.of(0, 0.0, 2, 0.0)));
    }

    @Test
    void aClassThatNoObjectHasIsAbsent() {
        show(
                List.of(object(0, 0, 0, 4, 4)),
                new Found(0, 0.9, 0, 0, 4, 4),
                new Found(3, 0.9, 0, 0, 4, 4));

        assertThat(scorer.accuracy()).contains(new Accuracy.Detection(1, Map.of(0, 1.0)));
    }

    @Test
    void classesFromOneAreRecognised() {
        show(
                List.of(object(0, 0, 0, 4, 4), object(1, 6, 6, 10, 10)),
                new Found(1, 0.9, 0, 0, 4, 4),
                new Found(2, 0.9, 6, 6, 10, 10));

        assertThat(meanAveragePrecision()).isEqualTo(1);
    }

    @Test
    void slotsBeyondTheNumberOfDetectionsAreIgnored() {
        show(
                1,
                List.of(object(0, 0, 0, 4, 4)),
                new Found(0, 0.5, 0, 0, 4, 4),
                new Found(0, 0.9, 6, 6, 10, 10));

        assertThat(meanAveragePrecision()).isEqualTo(1);
    }

    @Test
    void edgesMayBeInPixelsOfTheInput() {
        show(10, 1, List.of(object(0, 0, 0, 4, 4)), new Found(0, 0.9, 0, 0, 4, 4));

        assertThat(meanAveragePrecision()).isEqualTo(1);
    }

    @Test
    void detectorsWithoutNonMaximumSuppressionAreNotScored() {
        var heads =
                new GraphSignature(
                        "serving_default",
                        List.of(port("image", -1, 10, 10, 3)),
                        List.of(port("boxes", -1, 20, 4), port("scores", -1, 20, 3)));

        assertThat(DetectionOutputs.of(heads, null)).isEmpty();
    }

    private Accuracy.Detection accuracy() {
        return (Accuracy.Detection) scorer.accuracy().orElseThrow();
    }

    private double meanAveragePrecision() {
        return accuracy().meanAveragePrecision();
    }

    private int shown;

    private void show(List<Box> objects, Found... detections) {
        show(detections.length, objects, detections);
    }

    private void show(int count, List<Box> objects, Found... detections) {
        show(1, count, objects, detections);
    }

    /** Adds an image. */
    private void show(float unit, int count, List<Box> objects, Found... detections) {
        float scale = unit / 10;
        var boxes = new float[SLOTS * 4];
        var scores = new float[SLOTS];
        var classes = new float[SLOTS];
        for (int k = 0; k < detections.length; k++) {
            var found = detections[k];
            boxes[4 * k] = (float) found.y1() * scale;
            boxes[4 * k + 1] = (float) found.x1() * scale;
            boxes[4 * k + 2] = (float) found.y2() * scale;
            boxes[4 * k + 3] = (float) found.x2() * scale;
            scores[k] = (float) found.score();
            classes[k] = found.label();
        }
        var outputs =
                Map.of(
                        "detection_boxes", new FloatTensor(boxes, 1, SLOTS, 4),
                        "detection_scores", new FloatTensor(scores, 1, SLOTS),
                        "detection_classes", new FloatTensor(classes, 1, SLOTS),
                        "num_detections", new FloatTensor(new float[] {count}, 1));
        scorer.add(
                new Outputs(outputs),
                new Batch(
                        new FloatTensor(new float[300], 1, 10, 10, 3),
                        new int[] {shown++},
                        1,
                        Optional.of(new Annotations.Boxes(List.of(objects)))));
    }

    private static Box object(int label, float x1, float y1, float x2, float y2) {
        return new Box(label, x1, y1, x2, y2, false);
    }

    private static GraphSignature.Port port(String name, long... shape) {
        return new GraphSignature.Port(
                name, TensorRef.of(name), DT_FLOAT, Arrays.stream(shape).boxed().toList());
    }
}
