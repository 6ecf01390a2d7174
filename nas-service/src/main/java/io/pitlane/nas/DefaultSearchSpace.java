package io.pitlane.nas;

import io.pitlane.contract.search.ClassifierShape;
import io.pitlane.contract.step.SearchSpace;
import io.pitlane.contract.step.SearchSpace.Activation;
import io.pitlane.contract.step.SearchSpace.Stage;
import io.pitlane.contract.step.SearchSpace.Stem;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The search space where the plan has none: at least three stages, and as many as reduce the
 * spatial resolution to about 8x8; each stage has twice the width of the one before. The widths are
 * scaled so that the median architecture has half the MACs of the original.
 */
final class DefaultSearchSpace {
    private static final int MAX_SIDE_WITHOUT_STEM_STRIDE = 64;
    private static final int TARGET_SIDE = 8;
    private static final int MIN_STAGES = 3;
    private static final int MAX_STAGES = 5;
    private static final int SAMPLES = 101;
    private static final int SEED = 1;
    private static final double MIN_WIDTH = 2;
    private static final double MAX_WIDTH = 256;
    private static final double WIDTH_TOLERANCE = 1.02;
    private static final List<Double> WIDTH_FACTORS = List.of(0.5, 0.75, 1.0, 1.5, 2.0);

    private DefaultSearchSpace() {}

    /**
     * The search space for a classifier.
     *
     * @param shape image size and classes of the original
     * @param macs the original's multiply-accumulates for one image
     */
    static SearchSpace of(ClassifierShape shape, long macs) {
        double low = MIN_WIDTH;
        double high = MAX_WIDTH;
        while (high / low > WIDTH_TOLERANCE) {
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
        var architectures = new ArchitectureSpace(space);
        return IntStream.range(0, SAMPLES)
                .mapToLong(i -> Network.of(architectures.sample(random), shape).macs())
                .sorted()
                .skip(SAMPLES / 2)
                .findFirst()
                .orElseThrow();
    }

    private static SearchSpace space(ClassifierShape shape, double width) {
        int side = Math.min(shape.height(), shape.width());
        int stemStride = side > MAX_SIDE_WITHOUT_STEM_STRIDE ? 2 : 1;
        var stages = new ArrayList<Stage>();
        stages.add(stage(width, stemStride == 1 ? List.of(1, 2) : List.of(2)));
        int resolution = side / stemStride / stages.get(0).stride().get(0);
        for (double w = width * 2; needsStage(resolution, stages.size()); w *= 2) {
            stages.add(stage(w, List.of(2)));
            resolution = (resolution + 1) / 2;
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

    private static boolean needsStage(int resolution, int stages) {
        return stages < MIN_STAGES || resolution > TARGET_SIDE && stages < MAX_STAGES;
    }

    private static Stage stage(double width, List<Integer> stride) {
        var widths = widths(WIDTH_FACTORS.stream().mapToDouble(factor -> factor * width));
        return Stage.builder().width(widths).depth(List.of(1, 2, 3)).stride(stride).build();
    }

    // Kernels process eight channels at a time, so nine channels cost as much as sixteen.
    private static List<Integer> widths(DoubleStream wanted) {
        return wanted.mapToObj(w -> (int) Math.max(1, Math.round(w / 8)) * 8).distinct().toList();
    }
}
