package io.pitlane.evaluation.significance;

import io.pitlane.contract.report.ConfidenceInterval;
import io.pitlane.contract.report.ConfidenceInterval.Discordant;
import io.pitlane.evaluation.scoring.ClassifiedImages;
import io.pitlane.evaluation.scoring.ImageResults;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The difference of two models on the same test images: the drop of a share, or the relative
 * increase of an error, from the original to the candidate.
 *
 * <p>For classifiers the interval follows from the images that only one of both recognises ({@link
 * ScoreInterval}, {@link McNemar}), for all others from a {@link PairedBootstrap}.
 *
 * @param original results of the original
 * @param candidate results of the candidate on the same images
 * @param seed of the resampling; the same seed gives the same interval
 */
public record PairedDifference(ImageResults original, ImageResults candidate, long seed) {

    /** The interval of the headline metric; empty where the images are too few. */
    public Optional<ConfidenceInterval> headline() {
        if (original instanceof ClassifiedImages before
                && candidate instanceof ClassifiedImages after) {
            return classified(before, after, image -> true);
        }
        return bootstrap()
                .interval(counts -> change(original.headline(counts), candidate.headline(counts)));
    }

    /** The interval of the metric of one class; empty where its images are too few. */
    public Optional<ConfidenceInterval> ofClass(int label) {
        if (original instanceof ClassifiedImages before
                && candidate instanceof ClassifiedImages after) {
            return classified(before, after, image -> before.labels()[image] == label);
        }
        return bootstrap()
                .interval(
                        counts ->
                                original.ofClass(label, counts) - candidate.ofClass(label, counts));
    }

    private PairedBootstrap bootstrap() {
        return new PairedBootstrap(original.images(), seed);
    }

    private double change(double before, double after) {
        return original.isError() ? after / before - 1 : before - after;
    }

    private static Optional<ConfidenceInterval> classified(
            ClassifiedImages original, ClassifiedImages candidate, IntPredicate chosen) {
        int[] images = IntStream.range(0, original.images()).filter(chosen).toArray();
        if (images.length == 0) {
            return Optional.empty();
        }
        int lost = 0;
        int gained = 0;
        for (int image : images) {
            boolean before = original.correct()[image];
            boolean after = candidate.correct()[image];
            lost += before && !after ? 1 : 0;
            gained += after && !before ? 1 : 0;
        }
        var interval = new ScoreInterval(lost, gained, images.length);
        return Optional.of(
                new ConfidenceInterval(
                        interval.low(),
                        interval.high(),
                        images.length,
                        new Discordant(lost, gained, McNemar.pValue(lost, gained))));
    }
}
