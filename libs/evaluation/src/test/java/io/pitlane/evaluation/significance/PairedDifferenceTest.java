package io.pitlane.evaluation.significance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.report.ConfidenceInterval.Discordant;
import io.pitlane.evaluation.scoring.ClassifiedImages;
import io.pitlane.evaluation.scoring.ImageResults;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairedDifferenceTest {
    private static final long SEED = 5;

    /** Errors of a regression, an image each. */
    private record Errors(double... values) implements ImageResults {
        @Override
        public int images() {
            return values.length;
        }

        @Override
        public boolean isError() {
            return true;
        }

        @Override
        public double headline(int[] counts) {
            return IntStream.range(0, values.length).mapToDouble(i -> counts[i] * values[i]).sum()
                    / Arrays.stream(counts).sum();
        }

        @Override
        public double ofClass(int label, int[] counts) {
            return Double.NaN;
        }
    }

    /** The same results without being those of a classifier. */
    private record Share(ImageResults results) implements ImageResults {
        @Override
        public int images() {
            return results.images();
        }

        @Override
        public double headline(int[] counts) {
            return results.headline(counts);
        }

        @Override
        public double ofClass(int label, int[] counts) {
            return results.ofClass(label, counts);
        }
    }

    @Test
    void theDiscordantImagesOfAClassifierAreCounted() {
        // Given: of 300 images 12 are lost and 4 gained; class 1 has the first ten
        var before = classified(300, image -> image >= 4);
        var after = classified(300, image -> image < 4 || image >= 16);
        var difference = new PairedDifference(before, after, SEED);

        var all = difference.headline().orElseThrow();
        var one = difference.ofClass(1).orElseThrow();

        assertThat(all.images()).isEqualTo(300);
        assertThat(all.discordant()).isEqualTo(new Discordant(12, 4, McNemar.pValue(12, 4)));
        assertThat(all.low()).isEqualTo(new ScoreInterval(12, 4, 300).low());
        assertThat(all.high()).isEqualTo(new ScoreInterval(12, 4, 300).high());
        assertThat(one.images()).isEqualTo(10);
        assertThat(one.discordant()).isEqualTo(new Discordant(6, 4, McNemar.pValue(6, 4)));
        assertThat(difference.ofClass(7)).isEmpty();
    }

    @Test
    void theBootstrapAgreesWithTheScoreInterval() {
        var before = classified(3000, image -> image >= 40);
        var after = classified(3000, image -> image < 40 || image >= 160);

        var score = new PairedDifference(before, after, SEED).headline().orElseThrow();
        var bootstrap =
                new PairedDifference(new Share(before), new Share(after), SEED)
                        .headline()
                        .orElseThrow();

        assertThat(bootstrap.discordant()).isNull();
        assertThat(bootstrap.low()).isCloseTo(score.low(), within(0.001));
        assertThat(bootstrap.high()).isCloseTo(score.high(), within(0.001));
    }

    @Test
    void theIncreaseOfAnErrorHasTheIntervalOfALargeSample() {
        // Given: errors that rise by ten percent of their mean, more or less
        var random = new Random(3);
        var before = random.doubles(2000, 0.5, 1.5).toArray();
        var after = Arrays.stream(before).map(e -> e + 0.1 + 0.3 * random.nextGaussian()).toArray();

        // When
        var interval =
                new PairedDifference(new Errors(before), new Errors(after), SEED)
                        .headline()
                        .orElseThrow();

        // Then: the ratio of two means by its linear approximation, 1.96 standard errors wide
        double mean = Arrays.stream(before).average().orElseThrow();
        double ratio = Arrays.stream(after).average().orElseThrow() / mean;
        double variance =
                IntStream.range(0, before.length)
                        .mapToDouble(i -> Math.pow((after[i] - ratio * before[i]) / mean, 2))
                        .average()
                        .orElseThrow();
        double width = 1.96 * Math.sqrt(variance / before.length);
        assertThat(interval.low()).isCloseTo(ratio - 1 - width, within(0.1 * width));
        assertThat(interval.high()).isCloseTo(ratio - 1 + width, within(0.1 * width));
    }

    @Test
    void theSameSeedGivesTheSameInterval() {
        var before = new Errors(IntStream.range(1, 40).asDoubleStream().toArray());
        var after = new Errors(IntStream.range(1, 40).mapToDouble(i -> i + i % 3).toArray());

        assertThat(new PairedDifference(before, after, SEED).headline())
                .isEqualTo(new PairedDifference(before, after, SEED).headline())
                .isNotEqualTo(new PairedDifference(before, after, SEED + 1).headline());
    }

    @Test
    void equalModelsDoNotDiffer() {
        var errors = new Errors(IntStream.range(1, 40).asDoubleStream().toArray());

        assertThat(new PairedDifference(errors, errors, SEED).headline())
                .hasValueSatisfying(
                        interval -> {
                            assertThat(interval.low()).isZero();
                            assertThat(interval.high()).isZero();
                        });
    }

    @Test
    void tooFewImagesGiveNoInterval() {
        var nine = new Errors(IntStream.range(1, 10).asDoubleStream().toArray());
        var ten = new Errors(IntStream.range(1, 11).asDoubleStream().toArray());

        assertThat(new PairedDifference(nine, nine, SEED).headline()).isEmpty();
        assertThat(new PairedDifference(ten, ten, SEED).headline()).isPresent();
        assertThat(new PairedDifference(ten, ten, SEED).ofClass(0)).isEmpty();
    }

    /** Images of class 1, the first ten, and 0. */
    private static ClassifiedImages classified(int images, IntPredicate recognised) {
        var correct = new boolean[images];
        IntStream.range(0, images).forEach(i -> correct[i] = recognised.test(i));
        return new ClassifiedImages(
                IntStream.range(0, images).map(i -> i < 10 ? 1 : 0).toArray(), correct);
    }
}
