package io.pitlane.contract;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * How a changed model is trained back to accuracy. The loss is {@code labels * cross-entropy(label)
 * + softTargets * T^2 * cross-entropy(soft targets of the original at temperature T)}; without
 * labels the first term is absent. The other options are those of {@link Training}.
 *
 * @param labels weight of the cross-entropy with the labels
 * @param softTargets weight of the soft targets from the original model
 * @param temperature temperature T of the soft targets
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FineTune(
        Integer epochs,
        Double learningRate,
        Integer batchSize,
        Double labels,
        Double softTargets,
        Double temperature,
        Training.Optimizer optimizer,
        Training.Schedule schedule,
        Training.Augmentation augmentation,
        Double labelSmoothing,
        Training.BatchNorm batchNorm,
        Double validation,
        Integer patience) {

    public static final FineTune DEFAULT = new FineTune(null, null, null, null, null, null);

    public FineTune {
        var training =
                new Training(
                        epochs,
                        learningRate,
                        batchSize,
                        optimizer,
                        schedule,
                        augmentation,
                        labelSmoothing,
                        batchNorm,
                        validation,
                        patience);
        epochs = training.epochs();
        learningRate = training.learningRate();
        batchSize = training.batchSize();
        optimizer = training.optimizer();
        schedule = training.schedule();
        augmentation = training.augmentation();
        labelSmoothing = training.labelSmoothing();
        batchNorm = training.batchNorm();
        validation = training.validation();
        labels = labels == null ? Double.valueOf(0.5) : labels;
        softTargets = softTargets == null ? Double.valueOf(0.5) : softTargets;
        temperature = temperature == null ? Double.valueOf(2) : temperature;
    }

    /** Fine-tuning with the defaults for everything that is not said here. */
    public FineTune(
            Integer epochs,
            Double learningRate,
            Integer batchSize,
            Double labels,
            Double softTargets,
            Double temperature) {
        this(
                epochs,
                learningRate,
                batchSize,
                labels,
                softTargets,
                temperature,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /** The part that does not depend on what is minimised. */
    public Training training() {
        return new Training(
                epochs,
                learningRate,
                batchSize,
                optimizer,
                schedule,
                augmentation,
                labelSmoothing,
                batchNorm,
                validation,
                patience);
    }

    void check(Problems problems) {
        training().check(problems);
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
