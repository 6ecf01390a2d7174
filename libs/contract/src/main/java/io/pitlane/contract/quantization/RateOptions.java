package io.pitlane.contract.quantization;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.quantization.WeightOptions.Granularity;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.contract.validation.Problems;

/**
 * How weights are trained for the bits that they take in the packed form.
 *
 * @param lambda weight of a bit in the loss, in nats; null where a target chooses it
 * @param learningRate of the integers that stand for weights, in steps
 * @param steps which weights share a step
 * @param loss weights of the other terms of the loss, with all values set
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RateOptions(
        Double lambda, Double learningRate, Granularity steps, DistillationLoss loss) {

    /** The training where the plan names none. */
    public static final Training TRAINING = Training.builder().epochs(30).batchSize(128).build();

    private static final DistillationLoss DEFAULT_LOSS = new DistillationLoss(0.3, 0.7, 4.0);

    public static final RateOptions DEFAULT = new RateOptions(null, null, null, null);

    /** The weight of a bit where neither the plan nor a target says it. */
    public static final double DEFAULT_LAMBDA = 5e-6;

    /** Trainings in which a target chooses lambda. */
    public static final int MOST_TRAININGS = 8;

    public RateOptions {
        learningRate = learningRate == null ? Double.valueOf(0.03) : learningRate;
        steps = steps == null ? Granularity.PER_TENSOR : steps;
        loss = DistillationLoss.orDefaults(loss, DEFAULT_LOSS);
    }

    /** The same with this weight of a bit. */
    public RateOptions withLambda(double other) {
        return new RateOptions(other, learningRate, steps, loss);
    }

    /**
     * Adds every option that is out of its range or has no effect.
     *
     * @param hasTarget whether the step has a limit or a budget, which lambda is chosen by
     */
    public void check(boolean hasTarget, Problems problems) {
        problems.require(
                lambda == null || !hasTarget,
                "lambda",
                "has no effect with a limit or a budget, which chooses it; leave it out");
        problems.require(
                lambda == null || lambda >= 0 && lambda <= 1,
                "lambda",
                "must be between 0 and 1 nats a bit, but is " + lambda);
        problems.require(
                learningRate > 0 && learningRate <= 1,
                "learningRate",
                "must be above 0 and at most 1 step, but is " + learningRate);
        loss.check(problems.at("loss"));
        loss.checkNotEmpty(problems.at("loss"));
    }

    /** Adds the options of a training that have no effect where weights are trained for rate. */
    public static void checkTraining(Training training, Problems problems) {
        problems.require(
                training.epochs() >= 1,
                "epochs",
                "must be at least 1 with scheme: entropy, which is a training");
        problems.require(
                training.learningRates() == null,
                "learningRates",
                "has no effect with scheme: entropy; set learningRate, of the steps, and"
                        + " rate.learningRate, of the integers");
        problems.require(
                training.patience() == null,
                "patience",
                "has no effect with scheme: entropy, whose last epoch is the result; leave it out");
    }
}
