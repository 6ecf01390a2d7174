package io.pitlane.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.Annotations;
import io.pitlane.data.Mask;
import io.pitlane.data.batch.Batch;
import io.pitlane.evaluation.scoring.ClassDecoder;
import io.pitlane.evaluation.scoring.ClassificationScorer;
import io.pitlane.evaluation.scoring.RegressionScorer;
import io.pitlane.evaluation.scoring.SegmentationScorer;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.Outputs;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScorersTest {
    private static final float[] SCORES = {
        0.7f, 0.1f, 0.1f, 0.04f, 0.03f, 0.02f, 0.01f,
        0.7f, 0.1f, 0.1f, 0.04f, 0.03f, 0.02f, 0.01f,
        0.0f, 0.9f, 0.1f, 0.0f, 0.0f, 0.0f, 0.0f,
        0.1f, 0.1f, 0.2f, 0.2f, 0.1f, 0.2f, 0.1f
    };
    private static final ClassDecoder CLASSES = new ClassDecoder(false, false, false, 0);
    private static final ClassDecoder PIXELS = new ClassDecoder(false, true, false, 0);
    private static final ClassDecoder PIXEL_IDS = new ClassDecoder(true, true, false, 0);

    @Test
    void accuracyCountsTheHighestTheFiveHighestAndEachClass() {
        assertThat(classification(SCORES, 7, 0, 5, 1, 0))
                .isEqualTo(new Accuracy.Classification(0.5, 0.75, Map.of(0, 0.5, 1, 1.0, 5, 0.0)));
    }

    @Test
    void ofEqualScoresTheLowerClassWins() {
        assertThat(classification(SCORES, 7, 0, 0, 1, 2).headline().value()).isEqualTo(1);
        assertThat(classification(SCORES, 7, 0, 0, 1, 3).headline().value()).isEqualTo(0.75);
    }

    @Test
    void nanPredictionsAreWrong() {
        assertThat(classification(new float[] {Float.NaN, Float.NaN}, 2, 0))
                .isEqualTo(new Accuracy.Classification(0, 0.0, Map.of(0, 0.0)));
    }

    @Test
    void classIdsHaveNoTopFive() {
        var scorer =
                new ClassificationScorer(
                        "out", new ClassDecoder(true, false, false, 0), new int[] {2, 0, 2});

        scorer.add(outputs(new FloatTensor(new float[] {2, 1, 0}, 3)), batch(3));

        assertThat(scorer.accuracy())
                .contains(new Accuracy.Classification(1 / 3.0, null, Map.of(0, 0.0, 2, 0.5)));
    }

    @Test
    void aSingleScoreTellsTwoClassesApartAtItsThreshold() {
        var answer = outputs(new FloatTensor(new float[] {0.4f, 0.6f, -3, 2}, 4, 1));
        int[] labels = {0, 1, 0, 1};
        var logits = new ClassificationScorer("out", CLASSES, labels);
        var probabilities =
                new ClassificationScorer(
                        "out", new ClassDecoder(false, false, false, 0.5f), labels);

        logits.add(answer, batch(4));
        probabilities.add(answer, batch(4));

        assertThat(logits.accuracy().orElseThrow().headline().value()).isEqualTo(0.75);
        assertThat(probabilities.accuracy().orElseThrow().headline().value()).isEqualTo(1);
    }

    @Test
    void aLabelBeyondTheModelsClassesIsNamed() {
        assertThatThrownBy(() -> classification(SCORES, 7, 0, 0, 1, 7))
                .hasMessageContaining("class 7, but the model has 7 classes");
    }

    @Test
    void positionsThatFillABatchUpDoNotCount() {
        var scorer = new ClassificationScorer("out", CLASSES, new int[] {1});
        var filled = new Batch(new FloatTensor(new float[2], 2, 1), new int[] {0, 0}, 1);

        scorer.add(outputs(new FloatTensor(new float[] {0, 1, 1, 0}, 2, 2)), filled);

        assertThat(scorer.accuracy()).contains(new Accuracy.Classification(1, 1.0, Map.of(1, 1.0)));
    }

    @Test
    void intersectionOverUnionByHand() {
        // truth 0 0 1 1 / 2 2 255 1, predicted 0 1 1 1 / 2 0 2 3
        var scorer =
                new SegmentationScorer("out", PIXEL_IDS, masks(2, 4, 0, 0, 1, 1, 2, 2, 255, 1));

        scorer.add(
                outputs(new FloatTensor(new float[] {0, 1, 1, 1, 2, 0, 2, 3}, 1, 2, 4)), batch(1));

        // 0: 1 of {1 hit, 1 missed, 1 too many}; 1: 2 of {2, 1, 1}; 2: 1 of {1, 1, 0}, for the
        // ignored pixel counts nowhere; 3 never occurs
        var accuracy = (Accuracy.Segmentation) scorer.accuracy().orElseThrow();
        assertThat(accuracy.pixelAccuracy()).isEqualTo(4 / 7.0);
        assertThat(accuracy.perClassIou()).isEqualTo(Map.of(0, 1 / 3.0, 1, 0.5, 2, 0.5));
        assertThat(accuracy.meanIou()).isCloseTo((1 / 3.0 + 1) / 3, within(1e-12));
    }

    @Test
    void scoresOfPixelsStandLastOrFirst() {
        // one image of 1x2 pixels and 3 classes; pixel 0 is of class 2, pixel 1 of class 1
        float[] last = {0.1f, 0.2f, 0.7f, 0.3f, 0.4f, 0.3f};
        float[] first = {0.1f, 0.3f, 0.2f, 0.4f, 0.7f, 0.3f};

        assertThat(PIXELS.classes(new FloatTensor(last, 1, 1, 2, 3))).containsExactly(2, 1);
        assertThat(
                        new ClassDecoder(false, true, true, 0)
                                .classes(new FloatTensor(first, 1, 3, 1, 2)))
                .containsExactly(2, 1);
    }

    @Test
    void scoresOfImagesStandLastWhereverChannelsDo() {
        var reader = new ClassDecoder(false, false, true, 0);

        assertThat(reader.classes(new FloatTensor(new float[] {0, 1, 2, 0}, 2, 2)))
                .containsExactly(1, 0);
        assertThat(reader.classes(new FloatTensor(new float[] {0, 1, 2, 0}, 2, 1, 1, 2)))
                .containsExactly(1, 0);
    }

    @Test
    void masksAreBroughtToTheSizeOfTheAnswer() {
        // each quarter of a 4x4 mask is one pixel of a 2x2 output
        var scorer =
                new SegmentationScorer(
                        "out", PIXELS, masks(4, 4, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 0));
        float[] scores = {1, 0, 0, 1, 0, 1, 1, 0};

        scorer.add(outputs(new FloatTensor(scores, 1, 2, 2, 2)), batch(1));

        assertThat(scorer.accuracy())
                .contains(new Accuracy.Segmentation(1, 1, Map.of(0, 1.0, 1, 1.0)));
    }

    @Test
    void aTestSetOfIgnoredPixelsHasNoAccuracy() {
        var scorer = new SegmentationScorer("out", PIXEL_IDS, masks(1, 2, 255, 255));

        scorer.add(outputs(new FloatTensor(new float[] {0, 1}, 1, 1, 2)), batch(1));

        assertThat(scorer.accuracy()).isEmpty();
    }

    @Test
    void aMaskOfAClassThatTheModelLacksIsNamed() {
        var scorer = new SegmentationScorer("out", PIXELS, masks(1, 1, 3));

        assertThatThrownBy(
                        () ->
                                scorer.add(
                                        outputs(new FloatTensor(new float[3], 1, 1, 1, 3)),
                                        batch(1)))
                .hasMessageContaining("test image 0 has the class 3, but the model has 3 classes");
    }

    @Test
    void errorsOfRegressionByHand() {
        var targets = new Annotations.Values(new float[][] {{1, 2}, {0, -1}});
        var scorer = new RegressionScorer("out", targets);

        scorer.add(outputs(new FloatTensor(new float[] {1.5f, 2, -2, 0.5f}, 2, 2)), batch(2));

        // distances 0.5, 0, 2, 1.5
        assertThat(scorer.accuracy()).contains(new Accuracy.Regression(1.0, 6.5 / 4));
    }

    @Test
    void anOutputOfAnotherWidthThanTheTargetsIsNamed() {
        var scorer = new RegressionScorer("out", new Annotations.Values(new float[][] {{1}}));

        assertThatThrownBy(() -> scorer.add(outputs(new FloatTensor(new float[3], 1, 3)), batch(1)))
                .hasMessageContaining("'out' has 3 values per image, but the data has 1 targets");
    }

    private static Accuracy classification(float[] scores, int classes, int... labels) {
        var scorer = new ClassificationScorer("out", CLASSES, labels);
        scorer.add(outputs(new FloatTensor(scores, labels.length, classes)), batch(labels.length));
        return scorer.accuracy().orElseThrow();
    }

    private static Annotations.Masks masks(int height, int width, int... classes) {
        var bytes = new byte[classes.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) classes[i];
        }
        return Annotations.Masks.of(List.of(new Mask(height, width, bytes)));
    }

    private static Outputs outputs(FloatTensor answer) {
        return new Outputs(Map.of("out", answer));
    }

    private static Batch batch(int images) {
        return new Batch(
                new FloatTensor(new float[images], images, 1),
                IntStream.range(0, images).toArray(),
                images);
    }
}
