package io.pitlane.contract;

/**
 * How a changed model is trained back to accuracy. The loss is {@code labels * cross-entropy(label)
 * + softTargets * T^2 * cross-entropy(soft targets of the original at temperature T)}; without
 * labels the first term is absent.
 *
 * @param epochs passes over the training set; 0 leaves the model as it is
 * @param learningRate Adam's rate at the start; it falls to zero along a cosine
 * @param batchSize images a step
 * @param labels weight of the cross-entropy with the labels
 * @param softTargets weight of the soft targets from the original model
 * @param temperature temperature T of the soft targets
 */
public record FineTune(
        Integer epochs,
        Double learningRate,
        Integer batchSize,
        Double labels,
        Double softTargets,
        Double temperature) {

    public static final FineTune DEFAULT = new FineTune(null, null, null, null, null, null);

    public FineTune {
        epochs = epochs == null ? Integer.valueOf(8) : epochs;
        learningRate = learningRate == null ? Double.valueOf(0.001) : learningRate;
        batchSize = batchSize == null ? Integer.valueOf(64) : batchSize;
        labels = labels == null ? Double.valueOf(0.5) : labels;
        softTargets = softTargets == null ? Double.valueOf(0.5) : softTargets;
        temperature = temperature == null ? Double.valueOf(2) : temperature;
    }

    void check(Problems problems) {
        problems.require(
                epochs >= 0 && epochs <= 10_000,
                "epochs",
                "must be between 0 and 10000, but is " + epochs);
        problems.require(
                learningRate > 0 && learningRate <= 1,
                "learningRate",
                "must be above 0 and at most 1, but is " + learningRate);
        problems.require(
                batchSize >= 1 && batchSize <= 4096,
                "batchSize",
                "must be between 1 and 4096, but is " + batchSize);
        problems.require(
                labels >= 0 && labels <= 1000,
                "labels",
                "must be between 0 and 1000, but is " + labels);
        problems.require(
                softTargets >= 0 && softTargets <= 1000,
                "softTargets",
                "must be between 0 and 1000, but is " + softTargets);
        problems.require(
                labels + softTargets > 0,
                "softTargets",
                "labels and softTargets cannot both be 0: there would be nothing to learn from");
        problems.require(
                temperature >= 0.1 && temperature <= 100,
                "temperature",
                "must be between 0.1 and 100, but is " + temperature);
    }
}
