package io.pitlane.model.eval;

import io.pitlane.contract.Accuracy;
import io.pitlane.model.data.Batches;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.data.Preprocessor;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.DoubleConsumer;

/**
 * What a classifier answered for every image of a set.
 *
 * <p>Immutable.
 */
public final class Evaluation {
    private static final int BATCH = 32;
    private static final int FIVE = 5;

    private final float[][] scores;
    private final int[] labels;

    /**
     * Answers with what was asked for.
     *
     * @param scores class scores, {@code [images][classes]}
     * @param labels the class of every image; null when there are none
     */
    Evaluation(float[][] scores, int[] labels) {
        this.scores = scores;
        this.labels = labels;
    }

    /**
     * Runs a model over a set.
     *
     * @param progress hears the share of images done, 0..1
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when images or labels do not fit
     *     the model
     */
    public static Evaluation of(
            DjlModel model, ImageSet images, Preprocessor input, DoubleConsumer progress) {
        var scores = new float[images.size()][];
        var output = ClassScores.of(model.signature()).name();
        try (var batches = new Batches(images, input, BATCH).inOrder()) {
            for (var batch = batches.next(); batch != null; batch = batches.next()) {
                float[] answers = model.predict(batch.images()).of(output).values();
                int classes = answers.length / batch.indices().length;
                for (int i = 0; i < batch.size(); i++) {
                    scores[batch.indices()[i]] =
                            Arrays.copyOfRange(answers, i * classes, (i + 1) * classes);
                }
                progress.accept((double) (batch.indices()[batch.size() - 1] + 1) / images.size());
            }
        }
        var perClass = scores[0].length == 1 ? bothClasses(scores) : scores;
        images.requireLabelsBelow(perClass[0].length);
        return new Evaluation(perClass, images.labels().orElse(null));
    }

    // One output tells two classes apart: a probability at 0.5, a logit at 0.
    private static float[][] bothClasses(float[][] scores) {
        boolean probabilities = Arrays.stream(scores).allMatch(s -> s[0] >= 0 && s[0] <= 1);
        return Arrays.stream(scores)
                .map(s -> new float[] {probabilities ? 1 - s[0] : -s[0], s[0]})
                .toArray(float[][]::new);
    }

    /** Class scores, {@code [images][classes]}; not to be changed. */
    public float[][] scores() {
        return scores;
    }

    /** Accuracy against the labels; empty when there are none. */
    public Optional<Accuracy.Classification> accuracy() {
        return labels == null
                ? Optional.empty()
                : Optional.of(
                        new Accuracy.Classification(
                                shareWithin(1), shareWithin(FIVE), perClassRecall()));
    }

    private double shareWithin(int places) {
        int hits = 0;
        for (int i = 0; i < scores.length; i++) {
            hits += placeOf(labels[i], scores[i]) < places ? 1 : 0;
        }
        return (double) hits / scores.length;
    }

    private TreeMap<Integer, Double> perClassRecall() {
        int classes = scores[0].length;
        var seen = new int[classes];
        var hit = new int[classes];
        for (int i = 0; i < scores.length; i++) {
            seen[labels[i]]++;
            hit[labels[i]] += placeOf(labels[i], scores[i]) == 0 ? 1 : 0;
        }
        var recall = new TreeMap<Integer, Double>();
        for (int c = 0; c < classes; c++) {
            if (seen[c] > 0) {
                recall.put(c, (double) hit[c] / seen[c]);
            }
        }
        return recall;
    }

    /** How many classes stand before this one; of equal scores the lower class stands first. */
    private static int placeOf(int label, float[] scores) {
        int before = 0;
        for (int c = 0; c < scores.length; c++) {
            if (scores[c] > scores[label] || scores[c] == scores[label] && c < label) {
                before++;
            }
        }
        return Float.isNaN(scores[label]) ? Integer.MAX_VALUE : before;
    }

    /** The class with the highest score of image {@code i}. */
    int topClass(int i) {
        int top = 0;
        for (int c = 1; c < scores[i].length; c++) {
            if (scores[i][c] > scores[i][top]) {
                top = c;
            }
        }
        return top;
    }
}
