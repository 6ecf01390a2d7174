package io.pitlane.contract.step;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.quantization.ActivationOptions;
import io.pitlane.contract.quantization.Calibration;
import io.pitlane.contract.quantization.Corrections;
import io.pitlane.contract.quantization.QuantizationBudget;
import io.pitlane.contract.quantization.RateOptions;
import io.pitlane.contract.quantization.Sensitivity;
import io.pitlane.contract.quantization.WeightOptions;
import io.pitlane.contract.training.Training;
import io.pitlane.contract.validation.Problems;
import java.util.List;
import java.util.Locale;

/**
 * Quantizes weights and activations.
 *
 * @param scheme the number format
 * @param activations how activations are quantized
 * @param weights how weights are quantized
 * @param inputType what the delivered models take
 * @param floatLayers layers that stay float: names, or patterns with {@code *}
 * @param int16Layers layers whose activations have 16 bits: names, or patterns with {@code *}
 * @param calibration how the ranges of activations are estimated
 * @param corrections what is done about the error, without labels
 * @param rate how weights are trained with scheme entropy; null with the others
 * @param training quantization-aware training, or that of scheme entropy; null for none
 * @param sensitivity what is measured layer by layer; null for nothing
 * @param maxAccuracyDrop the accuracy, 0..1, that may be lost on the validation split; null for no
 *     limit
 * @param maxErrorIncrease regression: the relative increase of the mean absolute error that is
 *     allowed on the validation split; null for no limit
 * @param minAgreement least share of images, 0..1, with the class of the original; null for no
 *     limit
 * @param budget what the quantized model may cost; null for no limit
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record QuantizeStep(
        Scheme scheme,
        ActivationOptions activations,
        WeightOptions weights,
        InputType inputType,
        @JsonProperty("float") List<String> floatLayers,
        @JsonProperty("int16") List<String> int16Layers,
        Calibration calibration,
        Corrections corrections,
        RateOptions rate,
        Training training,
        Sensitivity sensitivity,
        Double maxAccuracyDrop,
        Double maxErrorIncrease,
        Double minAgreement,
        QuantizationBudget budget)
        implements Step, LossLimits {

    /** The number format. */
    public enum Scheme {
        /** Post-training int8: weights symmetric per channel, activations per tensor. */
        @JsonProperty("int8")
        INT8(true, true),
        /** Weights of 8 or 4 bits; activations and arithmetic stay float. */
        @JsonProperty("weight-only")
        WEIGHT_ONLY(false, true),
        /** As int8, with steps that are powers of two. */
        @JsonProperty("power-of-two")
        POWER_OF_TWO(true, true),
        /** Weights with finer steps around 0 than far from it, simulated. */
        @JsonProperty("piecewise-linear")
        PIECEWISE_LINEAR(false, false),
        /** Weights of few distinct values. */
        @JsonProperty("weight-sharing")
        WEIGHT_SHARING(false, false),
        /** Layers that compute in bfloat16, simulated where the processor cannot. */
        @JsonProperty("bfloat16")
        BFLOAT16(false, false),
        /** Weights trained for the bits that they take in the packed form. */
        @JsonProperty("entropy")
        ENTROPY(false, true);

        private final boolean integers;
        private final boolean steps;

        Scheme(boolean integers, boolean steps) {
            this.integers = integers;
            this.steps = steps;
        }

        /** Whether activations are quantized too, so that kernels compute in integers. */
        public boolean hasIntegerArithmetic() {
            return integers;
        }

        /** Whether a weight is a step times an integer: fake quantization says which. */
        public boolean hasSteps() {
            return steps;
        }
    }

    /** The element type of the images that a delivered model takes. */
    public enum InputType {
        /** Preprocessed images, as the original takes them. */
        @JsonProperty("float32")
        FLOAT32,
        /** Pixels 0..255, whose scale, mean and deviation are part of the model. */
        @JsonProperty("uint8")
        UINT8
    }

    public static final QuantizeStep DEFAULT = builder().build();

    public QuantizeStep {
        scheme = scheme == null ? Scheme.INT8 : scheme;
        activations = activations == null ? ActivationOptions.DEFAULT : activations;
        weights = weights == null ? WeightOptions.DEFAULT : weights;
        inputType = inputType == null ? InputType.FLOAT32 : inputType;
        floatLayers = floatLayers == null ? null : List.copyOf(floatLayers);
        int16Layers = int16Layers == null ? null : List.copyOf(int16Layers);
        calibration = calibration == null ? Calibration.DEFAULT : calibration;
        if (corrections == null) {
            corrections = scheme.hasIntegerArithmetic() ? Corrections.DEFAULT : Corrections.NONE;
        }
        if (scheme == Scheme.ENTROPY) {
            rate = rate == null ? RateOptions.DEFAULT : rate;
            training = training == null ? RateOptions.TRAINING : training;
        }
    }

    @Override
    @JsonIgnore
    public StageName stage() {
        return StageName.QUANTIZE;
    }

    @Override
    public String summary() {
        var trained = StepWork.epochs(training);
        return "quantizes "
                + (scheme.hasIntegerArithmetic() || scheme == Scheme.BFLOAT16
                        ? "weights and activations"
                        : "weights")
                + " ("
                + scheme.name().toLowerCase(Locale.ROOT).replace('_', '-')
                + ")"
                + (limits() == 0 ? "" : ", within its limit of the loss")
                + (trained == 0 ? "" : ", and trains them" + StepWork.forEpochs(trained))
                + (choosesLambda() ? ", up to %d times".formatted(RateOptions.MOST_TRAININGS) : "");
    }

    private boolean choosesLambda() {
        return scheme == Scheme.ENTROPY && (limits() > 0 || budget != null);
    }

    @Override
    public StepWork work() {
        int trainings = choosesLambda() ? RateOptions.MOST_TRAININGS : 1;
        return new StepWork(trainings * StepWork.epochs(training), calibration.samples(), 0);
    }

    @Override
    public void check(Problems problems) {
        weights.check(
                scheme.hasIntegerArithmetic(),
                scheme == Scheme.WEIGHT_SHARING,
                problems.at("weights"));
        problems.require(
                int16Layers == null || scheme.hasIntegerArithmetic(),
                "int16",
                "has an effect on quantized activations only; leave it out");
        problems.require(
                activations.equals(ActivationOptions.DEFAULT) || scheme.hasIntegerArithmetic(),
                "activations",
                "has an effect on quantized activations only; leave it out");
        problems.require(
                inputType == InputType.FLOAT32 || scheme.hasIntegerArithmetic(),
                "inputType",
                "is for models with quantized activations; leave it out");
        calibration.check(problems.at("calibration"));
        corrections.check(problems.at("corrections"));
        problems.require(
                corrections.equals(Corrections.NONE) || scheme.hasIntegerArithmetic(),
                "corrections",
                "has an effect with schemes int8 and power-of-two only; leave it out");
        checkSteps(problems);
        checkRate(problems);
        if (training != null) {
            training.check(problems.at("training"));
        }
        if (sensitivity != null) {
            sensitivity.check(problems.at("sensitivity"));
        }
        if (budget != null) {
            budget.check(problems.at("budget"));
            problems.require(
                    budget.latencyMillis() == null || scheme.hasIntegerArithmetic(),
                    "budget.latencyMillis",
                    "needs a scheme with quantized activations, for others are computed in float");
        }
        checkLimits(problems);
        problems.require(
                limits() == 0 || budget == null,
                "budget",
                "has no effect with a limit of the loss; leave it out");
    }

    private void checkSteps(Problems problems) {
        var needsSteps = "needs a scheme with steps: int8, power-of-two or weight-only";
        problems.require(training == null || scheme.hasSteps(), "training", needsSteps);
        problems.require(
                sensitivity == null || scheme.hasSteps() && scheme != Scheme.ENTROPY,
                "sensitivity",
                needsSteps);
        problems.require(budget == null || scheme.hasSteps(), "budget", needsSteps);
        problems.require(
                training == null
                        || scheme != Scheme.POWER_OF_TWO
                        || training.quantizationSteps() == Training.QuantizationSteps.FIXED,
                "training.quantizationSteps",
                "must be fixed with scheme: power-of-two, for learned steps are no powers of two");
    }

    private void checkRate(Problems problems) {
        if (scheme != Scheme.ENTROPY) {
            problems.require(
                    rate == null, "rate", "has an effect with scheme: entropy only; leave it out");
            return;
        }
        rate.check(choosesLambda(), problems.at("rate"));
        RateOptions.checkTraining(training, problems.at("training"));
        problems.require(
                weights.equals(WeightOptions.DEFAULT),
                "weights",
                "has no effect with scheme: entropy, which learns them; leave it out");
        problems.require(
                floatLayers == null,
                "float",
                "is not for scheme: entropy, which trains all layers; leave it out");
        problems.require(
                budget == null || budget.sizeBytes() != null,
                "budget",
                "must be sizeBytes with scheme: entropy: that of the packed file");
    }

    @Override
    public void checkTask(Task task, Problems problems) {
        checkLimits(task, problems);
    }

    @Override
    public void checkInput(InputSpec input, Problems problems) {
        problems.require(
                inputType == InputType.FLOAT32 || input.standardize() == null,
                "inputType",
                "must be float32 with input.standardize, which no model can do for its pixels");
    }

    /** A step with the defaults for everything that is not set. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this one. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.scheme = scheme;
        builder.activations = activations;
        builder.weights = weights;
        builder.inputType = inputType;
        builder.floatLayers = floatLayers;
        builder.int16Layers = int16Layers;
        builder.calibration = calibration;
        builder.corrections = corrections;
        builder.rate = rate;
        builder.training = training;
        builder.sensitivity = sensitivity;
        builder.maxAccuracyDrop = maxAccuracyDrop;
        builder.maxErrorIncrease = maxErrorIncrease;
        builder.minAgreement = minAgreement;
        builder.budget = budget;
        return builder;
    }

    /** Sets options by name. */
    public static final class Builder {
        private Scheme scheme;
        private ActivationOptions activations;
        private WeightOptions weights;
        private InputType inputType;
        private List<String> floatLayers;
        private List<String> int16Layers;
        private Calibration calibration;
        private Corrections corrections;
        private RateOptions rate;
        private Training training;
        private Sensitivity sensitivity;
        private Double maxAccuracyDrop;
        private Double maxErrorIncrease;
        private Double minAgreement;
        private QuantizationBudget budget;

        private Builder() {}

        public Builder scheme(Scheme value) {
            this.scheme = value;
            return this;
        }

        public Builder activations(ActivationOptions value) {
            this.activations = value;
            return this;
        }

        public Builder weights(WeightOptions value) {
            this.weights = value;
            return this;
        }

        public Builder inputType(InputType value) {
            this.inputType = value;
            return this;
        }

        public Builder floatLayers(List<String> value) {
            this.floatLayers = value;
            return this;
        }

        public Builder int16Layers(List<String> value) {
            this.int16Layers = value;
            return this;
        }

        public Builder calibration(Calibration value) {
            this.calibration = value;
            return this;
        }

        public Builder corrections(Corrections value) {
            this.corrections = value;
            return this;
        }

        public Builder rate(RateOptions value) {
            this.rate = value;
            return this;
        }

        public Builder training(Training value) {
            this.training = value;
            return this;
        }

        public Builder sensitivity(Sensitivity value) {
            this.sensitivity = value;
            return this;
        }

        public Builder maxAccuracyDrop(Double value) {
            this.maxAccuracyDrop = value;
            return this;
        }

        public Builder maxErrorIncrease(Double value) {
            this.maxErrorIncrease = value;
            return this;
        }

        public Builder minAgreement(Double value) {
            this.minAgreement = value;
            return this;
        }

        public Builder budget(QuantizationBudget value) {
            this.budget = value;
            return this;
        }

        public QuantizeStep build() {
            return new QuantizeStep(
                    scheme,
                    activations,
                    weights,
                    inputType,
                    floatLayers,
                    int16Layers,
                    calibration,
                    corrections,
                    rate,
                    training,
                    sensitivity,
                    maxAccuracyDrop,
                    maxErrorIncrease,
                    minAgreement,
                    budget);
        }
    }
}
