package io.pitlane.evaluation.scoring;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.batch.Batch;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.Outputs;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Top-1 and top-5 accuracy, and the recall of each class. */
public final class ClassificationScorer implements Scorer {
    private static final int TOP = 5;

    private final String output;
    private final ClassDecoder decoder;
    private final int[] labels;
    private final boolean[] correct;
    private final Map<Integer, Recall> perClass = new TreeMap<>();
    private int images;
    private int top5Hits;

    /**
     * A scorer.
     *
     * @param output the output that holds class scores or ids
     * @param labels the class of every image of the set
     */
    public ClassificationScorer(String output, ClassDecoder decoder, int[] labels) {
        this.output = output;
        this.decoder = decoder;
        this.labels = labels;
        this.correct = new boolean[labels.length];
    }

    /** Counts the images of a class, and those recognised. */
    private static final class Recall {
        int seen;
        int hit;

        double share() {
            return (double) hit / seen;
        }
    }

    @Override
    public void add(Outputs outputs, Batch batch) {
        var scores = outputs.of(output);
        int[] classes = decoder.classes(scores);
        for (int i = 0; i < batch.size(); i++) {
            int label = labels[batch.indices()[i]];
            var recall = perClass.computeIfAbsent(label, of -> new Recall());
            recall.seen++;
            correct[batch.indices()[i]] = classes[i] == label;
            recall.hit += classes[i] == label ? 1 : 0;
            images++;
            top5Hits += !decoder.ids() && isInTop5(scores, i, label) ? 1 : 0;
        }
    }

    private boolean isInTop5(FloatTensor scores, int image, int label) {
        int count = decoder.count(scores);
        if (count == 1) {
            return !Float.isNaN(scores.values()[image]);
        }
        if (label >= count) {
            throw invalidInput(
                    "A test image is of class %d, but the model has %d classes."
                            .formatted(label, count),
                    "Name the data that the model was trained for.");
        }
        return rank(label, scores.values(), image * count, count) < TOP;
    }

    /** Rank of a class by score, from 0; of equal scores the lower class comes first. */
    private static int rank(int label, float[] values, int first, int count) {
        float own = values[first + label];
        int before = 0;
        for (int c = 0; c < count; c++) {
            float other = values[first + c];
            if (Float.isNaN(other)) {
                return Integer.MAX_VALUE;
            }
            before += other > own || other == own && c < label ? 1 : 0;
        }
        return before;
    }

    @Override
    public ImageResults imageResults() {
        return new ClassifiedImages(labels, correct);
    }

    @Override
    public Optional<Accuracy> accuracy() {
        int hits = perClass.values().stream().mapToInt(recall -> recall.hit).sum();
        var recalls = new TreeMap<Integer, Double>();
        perClass.forEach((label, recall) -> recalls.put(label, recall.share()));
        return Optional.of(
                new Accuracy.Classification(
                        (double) hits / images,
                        decoder.ids() ? null : Double.valueOf((double) top5Hits / images),
                        recalls));
    }
}
