package io.pitlane.evaluation.scoring;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.batch.Batch;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.Outputs;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Top-1, top-5 and the recall of every class. */
public final class ClassificationScorer implements Scorer {
    private static final int FIVE = 5;

    private final String output;
    private final ClassDecoder reader;
    private final int[] labels;
    private final Map<Integer, Recall> perClass = new TreeMap<>();
    private int images;
    private int withinFive;

    /**
     * A scorer.
     *
     * @param output the output that holds class scores or ids
     * @param labels the class of every image of the set
     */
    public ClassificationScorer(String output, ClassDecoder reader, int[] labels) {
        this.output = output;
        this.reader = reader;
        this.labels = labels;
    }

    /** How often a class was seen, and recognised. */
    private static final class Recall {
        int seen;
        int hit;

        double share() {
            return (double) hit / seen;
        }
    }

    @Override
    public void add(Outputs outputs, Batch batch) {
        var answer = outputs.of(output);
        int[] classes = reader.classes(answer);
        for (int i = 0; i < batch.size(); i++) {
            int label = labels[batch.indices()[i]];
            var recall = perClass.computeIfAbsent(label, of -> new Recall());
            recall.seen++;
            recall.hit += classes[i] == label ? 1 : 0;
            images++;
            withinFive += !reader.ids() && isWithinFive(answer, i, label) ? 1 : 0;
        }
    }

    private boolean isWithinFive(FloatTensor answer, int image, int label) {
        int count = reader.count(answer);
        if (count == 1) {
            return !Float.isNaN(answer.values()[image]);
        }
        if (label >= count) {
            throw invalidInput(
                    "A test image is of class %d, but the model has %d classes."
                            .formatted(label, count),
                    "Name the data that the model was trained for.");
        }
        return placeOf(label, answer.values(), image * count, count) < FIVE;
    }

    /** How many classes stand before this one; of equal scores the lower class stands first. */
    private static int placeOf(int label, float[] scores, int first, int count) {
        float own = scores[first + label];
        int before = 0;
        for (int c = 0; c < count; c++) {
            float other = scores[first + c];
            if (Float.isNaN(other)) {
                return Integer.MAX_VALUE;
            }
            before += other > own || other == own && c < label ? 1 : 0;
        }
        return before;
    }

    @Override
    public Optional<Accuracy> accuracy() {
        int hits = perClass.values().stream().mapToInt(recall -> recall.hit).sum();
        var recalls = new TreeMap<Integer, Double>();
        perClass.forEach((label, recall) -> recalls.put(label, recall.share()));
        return Optional.of(
                new Accuracy.Classification(
                        (double) hits / images,
                        reader.ids() ? null : Double.valueOf((double) withinFive / images),
                        recalls));
    }
}
