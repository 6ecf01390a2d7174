package io.pitlane.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.Annotations;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConstantBaselineTest {
    @Test
    void aClassifierMustBeBetterThanTheMostFrequentClass() {
        // Given: three of five
        var images = images(new Annotations.Classes(new int[] {2, 0, 2, 1, 2}));

        assertThat(ConstantBaseline.note(classification(0.6), images))
                .hasValueSatisfying(
                        note ->
                                assertThat(note)
                                        .startsWith("The accuracy of the original, 60.00 %, is not")
                                        .contains("for every image, 60.00 %."));
        assertThat(ConstantBaseline.note(classification(0.61), images)).isEmpty();
    }

    @Test
    void aRegressionMustBeBetterThanTheMedianOfEachTarget() {
        // Given: medians 2 and -1; errors 1 + 0 + 5 and 1 + 0 + 0, six values
        var images = images(new Annotations.Values(new float[][] {{1, -2}, {7, -1}, {2, -1}}));

        assertThat(ConstantBaseline.note(new Accuracy.Regression(7.0 / 6, 9), images))
                .hasValueSatisfying(
                        note ->
                                assertThat(note)
                                        .contains("1.17, is not below")
                                        .contains(", 1.17."));
        assertThat(ConstantBaseline.note(new Accuracy.Regression(1.16, 9), images)).isEmpty();
    }

    @Test
    void aDetectorMustFindSomething() {
        var images = images(new Annotations.Classes(new int[] {0}));

        assertThat(ConstantBaseline.note(new Accuracy.Detection(0, Map.of()), images)).isPresent();
        assertThat(ConstantBaseline.note(new Accuracy.Detection(0.01, Map.of()), images)).isEmpty();
    }

    @Test
    void withoutLabelsThereIsNothingToSay() {
        assertThat(ConstantBaseline.note(null, images(new Annotations.Classes(new int[] {0}))))
                .isEmpty();
    }

    private static ImageSet images(Annotations annotations) {
        var black = new Image(1, 1, 3, new byte[3]);
        return ImageSet.of(Collections.nCopies(annotations.size(), black), annotations);
    }

    private static Accuracy classification(double top1) {
        return new Accuracy.Classification(top1, null, Map.of());
    }
}
