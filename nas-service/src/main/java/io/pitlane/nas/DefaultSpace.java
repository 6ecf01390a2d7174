package io.pitlane.nas;

import io.pitlane.contract.ClassifierShape;
import io.pitlane.contract.SearchSpace;
import io.pitlane.contract.SearchSpace.Activation;
import io.pitlane.contract.SearchSpace.Stage;
import io.pitlane.contract.SearchSpace.Stem;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The space where the plan names none: three stages or as many as it takes to come down to some 7x7
 * places, each twice as wide as the one before, and as wide as makes the middle one of its networks
 * half as costly as the original.
 */
final class DefaultSpace {
    private static final int SMALL_IMAGE = 64;
    private static final int LAST_SIDE = 8;
    private static final int LEAST_STAGES = 3;
    private static final int MOST_STAGES = 5;
    private static final int SAMPLES = 101;
    private static final int SEED = 1;
    private static final double NARROWEST = 2;
    private static final double WIDEST = 256;
    private static final double ENOUGH = 1.02;
    private static final List<Double> WIDTHS = List.of(0.5, 0.75, 1.0, 1.5, 2.0);

    private DefaultSpace() {}

    /**
     * The space for a classifier.
     *
     * @param shape what the original takes and gives
     * @param macs the original's multiply-accumulates for one image
     */
    static SearchSpace of(ClassifierShape shape, long macs) {
        double low = NARROWEST;
        double high = WIDEST;
        while (high / low > ENOUGH) {
            double middle = Math.sqrt(low * high);
            if (medianMacs(space(shape, middle), shape) > macs / 2.0) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return space(shape, low);
    }

    private static double medianMacs(SearchSpace space, ClassifierShape shape) {
        var random = new Random(SEED);
        var sampled = new Space(space);
        return IntStream.range(0, SAMPLES)
                .mapToLong(i -> Network.of(sampled.random(random), shape).macs())
                .sorted()
                .skip(SAMPLES / 2)
                .findFirst()
                .orElseThrow();
    }

    private static SearchSpace space(ClassifierShape shape, double width) {
        int side = Math.min(shape.height(), shape.width());
        int stemStride = side > SMALL_IMAGE ? 2 : 1;
        var stages = new ArrayList<Stage>();
        stages.add(stage(width, stemStride == 1 ? List.of(1, 2) : List.of(2)));
        int left = side / stemStride / stages.get(0).stride().get(0);
        for (double w = width * 2; goesOn(left, stages.size()); w *= 2) {
            stages.add(stage(w, List.of(2)));
            left = (left + 1) / 2;
        }
        return new SearchSpace(
                SearchSpace.VERSION,
                new Stem(
                        widths(DoubleStream.of(width / 2, width)),
                        List.of(3),
                        List.of(stemStride),
                        List.of(Activation.RELU)),
                stages);
    }

    private static boolean goesOn(int side, int stages) {
        return stages < LEAST_STAGES || side > LAST_SIDE && stages < MOST_STAGES;
    }

    private static Stage stage(double width, List<Integer> stride) {
        var widths = widths(WIDTHS.stream().mapToDouble(factor -> factor * width));
        return new Stage(null, widths, List.of(1, 2, 3), null, stride, null, null);
    }

    // Kernels work on eight channels at a time, so that nine cost as much as sixteen.
    private static List<Integer> widths(DoubleStream wanted) {
        return wanted.mapToObj(w -> (int) Math.max(1, Math.round(w / 8)) * 8).distinct().toList();
    }
}
