package io.pitlane.analysis.reconstruction;

import io.pitlane.contract.plan.Plan;
import io.pitlane.evaluation.scoring.Scoring;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.GraphSession;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * How much the squared error on each image counts. To second order, the divergence of softmax
 * outputs is a quadratic form of the error of the logits, whose trace is the Gini impurity {@code 1
 * - sum p^2} of the classes (Martens 2020, "New Insights and Perspectives on the Natural Gradient
 * Method", section 9): an error changes the class of an image that the model is unsure of, and
 * hardly anything on the others. All images count, and none more than {@value #MOST} times as much
 * as another, so that few unsure ones do not decide alone.
 */
public final class ImageWeights {
    /** All images count alike. */
    public static final ImageWeights EQUAL = new ImageWeights(new float[0]);

    /** What an image of mean impurity has beside the 1 of every image. */
    private static final double UNSURE = 3;

    private static final double MOST = 60;

    private final float[] weights;

    private ImageWeights(float[] weights) {
        this.weights = weights;
    }

    /**
     * The weights of images, by the classes that a model predicts; equal where it predicts none.
     *
     * @param batches images, as the model takes them
     */
    public static ImageWeights of(FlatGraph model, Plan plan, Iterable<FloatTensor> batches) {
        var scoring = Scoring.of(model, plan.task(), plan.output(), plan.input());
        var impurities = DoubleStream.builder();
        try (var session = GraphSession.open(model, plan.input())) {
            for (var batch : batches) {
                var ofBatch = scoring.impurities(session.predict(batch), (int) batch.shape()[0]);
                if (ofBatch.isEmpty()) {
                    return EQUAL;
                }
                Arrays.stream(ofBatch.get()).forEach(impurities::add);
            }
        }
        return ofImpurities(impurities.build().toArray());
    }

    /** The weights of images with these impurities, 0..1. */
    static ImageWeights ofImpurities(double[] impurities) {
        double mean = Arrays.stream(impurities).average().orElse(0);
        var weights = new float[impurities.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] =
                    (float) (mean == 0 ? 1 : Math.min(MOST, 1 + UNSURE * impurities[i] / mean));
        }
        return new ImageWeights(weights);
    }

    /** The weight of an image, counted from 0 over all batches: 1 to {@value #MOST}. */
    float of(int image) {
        return weights.length == 0 ? 1 : weights[image];
    }
}
