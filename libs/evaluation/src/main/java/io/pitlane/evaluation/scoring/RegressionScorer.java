package io.pitlane.evaluation.scoring;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.Annotations.Values;
import io.pitlane.data.batch.Batch;
import io.pitlane.graph.runtime.Outputs;
import java.util.Optional;

/** Mean absolute and mean squared error over all values of all images. */
public final class RegressionScorer implements Scorer {
    private final String output;
    private final Values targets;
    private final double[] absoluteByImage;
    private double absolute;
    private double squared;
    private long values;

    /**
     * A scorer.
     *
     * @param output name of the output; it has as many values per image as there are targets
     * @param targets target values of every image of the set
     */
    public RegressionScorer(String output, Values targets) {
        this.output = output;
        this.targets = targets;
        this.absoluteByImage = new double[targets.size()];
    }

    @Override
    public void add(Outputs outputs, Batch batch) {
        float[] predicted = outputs.of(output).values();
        int width = predicted.length / batch.indices().length;
        if (width != targets.width()) {
            throw invalidInput(
                    "The output '%s' has %d values per image, but the data has %d targets."
                            .formatted(output, width, targets.width()),
                    "Name the output for the targets in the plan's output.");
        }
        for (int i = 0; i < batch.size(); i++) {
            int image = batch.indices()[i];
            float[] expected = targets.values()[image];
            double ofImage = 0;
            for (int v = 0; v < width; v++) {
                double error = (double) predicted[i * width + v] - expected[v];
                ofImage += Math.abs(error);
                squared += error * error;
            }
            absolute += ofImage;
            absoluteByImage[image] = ofImage / width;
        }
        values += (long) width * batch.size();
    }

    @Override
    public ImageResults imageResults() {
        return new RegressionErrors(absoluteByImage);
    }

    @Override
    public Optional<Accuracy> accuracy() {
        return values == 0
                ? Optional.empty()
                : Optional.of(new Accuracy.Regression(absolute / values, squared / values));
    }
}
