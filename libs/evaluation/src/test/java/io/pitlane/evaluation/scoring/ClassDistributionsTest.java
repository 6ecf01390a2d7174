package io.pitlane.evaluation.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ClassDistributionsTest {

    @Test
    void theDivergenceOfProbabilitiesIsThatOfTheFormula() {
        // Given
        var distributions = new ClassDistributions(1, false, true);

        // When
        double divergence =
                distributions.divergence(
                        new float[] {0.5f, 0.25f, 0.25f}, new float[] {0.25f, 0.5f, 0.25f});

        // Then: 0.5 ln 2 + 0.25 ln 0.5
        assertThat(divergence).isCloseTo(0.25 * Math.log(2), within(1e-7));
    }

    @Test
    void logitsArePutThroughSoftmax() {
        // Given
        var distributions = new ClassDistributions(1, false, false);

        // When
        double divergence =
                distributions.divergence(
                        new float[] {(float) Math.log(2), 0, 0},
                        new float[] {1, (float) Math.log(2) + 1, 1});

        // Then: the distributions are those of the test above
        assertThat(divergence).isCloseTo(0.25 * Math.log(2), within(1e-6));
    }

    @Test
    void aSingleScoreIsOneOfTwoClasses() {
        // Given
        var probability = new ClassDistributions(1, false, true);
        var logit = new ClassDistributions(1, false, false);

        // When
        double ofProbability = probability.divergence(new float[] {0.75f}, new float[] {0.5f});
        double ofLogit = logit.divergence(new float[] {(float) Math.log(3)}, new float[] {0});

        // Then
        double expected = 0.75 * Math.log(1.5) + 0.25 * Math.log(0.5);
        assertThat(ofProbability).isCloseTo(expected, within(1e-7));
        assertThat(ofLogit).isCloseTo(expected, within(1e-6));
    }

    @Test
    void pixelsAreReadInBothLayouts() {
        // Given: two pixels of two classes
        var last = new ClassDistributions(2, false, true);
        var first = new ClassDistributions(2, true, true);

        // When
        double ofLast =
                last.divergence(
                        new float[] {0.5f, 0.5f, 0.75f, 0.25f},
                        new float[] {0.5f, 0.5f, 0.5f, 0.5f});
        double ofFirst =
                first.divergence(
                        new float[] {0.5f, 0.75f, 0.5f, 0.25f},
                        new float[] {0.5f, 0.5f, 0.5f, 0.5f});

        // Then
        double expected = 0.75 * Math.log(1.5) + 0.25 * Math.log(0.5);
        assertThat(ofLast).isCloseTo(expected, within(1e-7));
        assertThat(ofFirst).isCloseTo(expected, within(1e-7));
    }

    @Test
    void theImpurityIsTheChanceOfTwoDifferentClasses() {
        // Given: two pixels, one of a certain class and one of 3 to 1, in all four forms
        double expected = (0 + 2 * 0.75 * 0.25) / 2;
        float log = (float) Math.log(3);

        // Then
        assertThat(impurity(2, false, true, 1, 0, 0.75f, 0.25f)).isCloseTo(expected, within(1e-7));
        assertThat(impurity(2, true, true, 1, 0.75f, 0, 0.25f)).isCloseTo(expected, within(1e-7));
        assertThat(impurity(2, false, false, 90, 0, log, 0)).isCloseTo(expected, within(1e-7));
        assertThat(impurity(2, false, true, 1, 0.75f)).isCloseTo(expected, within(1e-7));
    }

    private static double impurity(
            int positions, boolean classesFirst, boolean probabilities, float... scores) {
        return new ClassDistributions(positions, classesFirst, probabilities).impurity(scores);
    }

    @Test
    void aClassThatIsRuledOutWronglyCostsAFiniteDivergence() {
        // Given
        var distributions = new ClassDistributions(1, false, true);

        // When
        double divergence = distributions.divergence(new float[] {1, 0}, new float[] {0, 1});

        // Then
        assertThat(divergence).isCloseTo(-Math.log(1e-12), within(1e-3));
    }
}
