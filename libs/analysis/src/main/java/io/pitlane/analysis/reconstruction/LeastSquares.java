package io.pitlane.analysis.reconstruction;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Optional;
import org.tensorflow.exceptions.TFInvalidArgumentException;

/**
 * The weights of a layer with the least squared error of its outputs, held at those that the cut
 * left by a ridge:
 *
 * <pre>
 * minimise |D (X W - Y)|^2 + r |W - W0|^2
 * W = W0 + (X'D^2 X + r I)^-1 X'D^2 (Y - X W0)
 * </pre>
 *
 * where the squares of the diagonal D are the weights of the samples.
 *
 * <p>Of several ridges, and of leaving the weights as they are, the one with the least error on
 * samples that were held out is taken; then all samples count.
 */
final class LeastSquares {
    /** A stronger ridge is tried, where there are too few samples for the weights. */
    private static final double[] RIDGES = {1, 10, 100};

    /** Of so many images, one is held out. */
    private static final int HELD_OUT = 5;

    private static final int MOST_HELD_OUT = 2048;
    private static final int CHUNK_BYTES = 16 << 20;
    private static final int FEWEST_ROWS = 64;

    private final MatrixSession session;
    private final KernelMatrix layout;
    private final boolean hasIntercept;
    private final LayerSamples chunk;
    private final LayerSamples heldOut;
    private Moments moments;

    /**
     * A layer without samples.
     *
     * @param hasIntercept whether a bias can be changed along with the weights
     */
    LeastSquares(MatrixSession session, KernelMatrix layout, boolean hasIntercept) {
        this.session = session;
        this.layout = layout;
        this.hasIntercept = hasIntercept;
        int bytes = Float.BYTES * layout.groups() * (layout.inputs() + layout.outputs());
        // With fewer rows than that, adding up the products costs more than computing them.
        int fewest = Math.max(FEWEST_ROWS, layout.inputs() / 2);
        int rows = Math.max(fewest, CHUNK_BYTES / bytes);
        this.chunk = new LayerSamples(layout, rows);
        this.heldOut = new LayerSamples(layout, Math.min(MOST_HELD_OUT, rows));
        this.moments = Moments.none(layout);
    }

    /**
     * The weights that were chosen.
     *
     * @param weights {@code [groups, inputs, outputs]}
     * @param intercept to add to each output; zeros where there can be none
     * @param means of the outputs without the intercept
     * @param variances of the outputs
     * @param errorBefore squared error of the held-out samples over their variance, with the
     *     weights that the cut left
     * @param errorAfter with these
     */
    record Solution(
            double[] weights,
            double[] intercept,
            double[] means,
            double[] variances,
            double errorBefore,
            double errorAfter) {}

    /** Weights for a ridge, 0 for none, with their error on held-out samples. */
    private record Candidate(double ridge, double[] weights, double[] intercept, double error) {

        static Candidate of(
                double ridge, double[] weights, double[] intercept, HeldOutError heldOut) {
            return new Candidate(ridge, weights, intercept, heldOut.of(weights, intercept));
        }
    }

    /**
     * Adds a sample.
     *
     * @param image that it comes from, counted from 0
     * @param patch {@code [height, width, channels]} of the layer's input
     * @param former holds the former output channels
     * @param at where they begin
     * @param weight of the sample's squared error
     */
    void add(int image, float[] patch, float[] former, int at, float weight) {
        boolean isHeldOut = image % HELD_OUT == 1 && !heldOut.isFull();
        if (isHeldOut) {
            heldOut.add(patch, former, at, weight);
            return;
        }
        chunk.add(patch, former, at, weight);
        if (chunk.isFull()) {
            flush();
        }
    }

    private void flush() {
        moments = moments.with(chunk, session);
        chunk.clear();
    }

    /**
     * Solves.
     *
     * @param before the weights that the cut left
     * @param ridge relative to the mean square of an input
     */
    Solution solve(double[] before, double ridge) {
        if (chunk.rows() > 0) {
            flush();
        }
        var heldOutError = new HeldOutError(heldOut, layout, session);
        var unchanged = Candidate.of(0, before, new double[layout.channels()], heldOutError);
        var candidates = new ArrayList<Candidate>();
        candidates.add(unchanged);
        candidates.add(Candidate.of(0, before, intercept(before), heldOutError));
        var fitted = fitted();
        var unexplained = unexplained(fitted, before);
        for (double times : RIDGES) {
            solved(fitted, unexplained, before, times * ridge)
                    .map(w -> Candidate.of(times * ridge, w, intercept(w), heldOutError))
                    .ifPresent(candidates::add);
        }
        var best =
                candidates.stream().min(Comparator.comparingDouble(Candidate::error)).orElseThrow();
        if (heldOut.rows() > 0) {
            moments = moments.with(heldOut, session);
        }
        var weights = best.ridge == 0 ? before : solvedAgain(before, best);
        return new Solution(
                weights,
                best == unchanged ? best.intercept : intercept(weights),
                moments.means(weights),
                moments.centred().power(weights, session),
                unchanged.error,
                best.error);
    }

    /** With the held-out samples. */
    private double[] solvedAgain(double[] before, Candidate best) {
        var fitted = fitted();
        return solved(fitted, unexplained(fitted, before), before, best.ridge).orElse(best.weights);
    }

    private Moments fitted() {
        return hasIntercept ? moments.centred() : moments;
    }

    private double[] intercept(double[] weights) {
        return hasIntercept ? moments.intercept(weights) : new double[layout.channels()];
    }

    /** The right side of the equations less what the weights before explain of it. */
    private double[] unexplained(Moments fitted, double[] before) {
        var rest = fitted.crossed().clone();
        var explained = session.product(fitted.gram(), before, layout.groups(), layout.inputs());
        for (int i = 0; i < rest.length; i++) {
            rest[i] -= explained[i];
        }
        return rest;
    }

    /** The weights for a ridge; empty where rounding makes the equations singular. */
    private Optional<double[]> solved(
            Moments fitted, double[] unexplained, double[] before, double ridge) {
        int groups = layout.groups();
        int inputs = layout.inputs();
        var gram = fitted.gram().clone();
        var diagonal = fitted.meanDiagonal();
        for (int group = 0; group < groups; group++) {
            double held = diagonal[group] == 0 ? 1 : ridge * diagonal[group];
            for (int i = 0; i < inputs; i++) {
                gram[(group * inputs + i) * inputs + i] += held;
            }
        }
        try {
            var weights = session.solve(gram, unexplained, groups, inputs);
            for (int i = 0; i < weights.length; i++) {
                weights[i] += before[i];
            }
            return Optional.of(weights);
        } catch (TFInvalidArgumentException e) {
            return Optional.empty();
        }
    }
}
