package io.pitlane.contract.training;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.validation.Problems;
import java.util.List;

/**
 * Options of a training: everything but the loss.
 *
 * @param epochs passes over the training set; 0 leaves the model as it is
 * @param learningRate the rate at the start, after the warm-up; null for the {@linkplain
 *     #withDefaultRate default}, or where it is chosen
 * @param learningRates candidates, ascending, of which a few steps choose the rate; null for none
 * @param batchSize images per step
 * @param optimizer the update rule and its options
 * @param schedule how the learning rate changes
 * @param augmentation random augmentation of the training images
 * @param labelSmoothing label smoothing (Szegedy et al. 2016), 0 to below 1
 * @param batchNorm whether batch norm keeps its statistics; null for the default of the step, which
 *     is frozen where it names none
 * @param quantizationSteps whether the steps of a quantized model are trained with its weights
 * @param validation share of the training images in the validation split, which chooses the best
 *     epoch, 0..0.5
 * @param patience epochs without a better validation loss after which training stops; null for
 *     never
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Training(
        Integer epochs,
        Double learningRate,
        List<Double> learningRates,
        Integer batchSize,
        Optimizer optimizer,
        Schedule schedule,
        Augmentation augmentation,
        Double labelSmoothing,
        BatchNorm batchNorm,
        QuantizationSteps quantizationSteps,
        Double validation,
        Integer patience) {

    /**
     * The update rule and its options.
     *
     * @param method the update rule
     * @param momentum momentum; null except for {@link Method#SGD}
     * @param weightDecay added to the gradient for SGD and Adam, taken from the weight for AdamW
     * @param clipNorm largest global L2 norm of the gradients; null for no limit
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Optimizer(Method method, Double momentum, Double weightDecay, Double clipNorm) {

        /** The update rule. */
        public enum Method {
            /** Stochastic gradient descent with momentum. */
            @JsonProperty("sgd")
            SGD,
            /** Kingma and Ba 2015. */
            @JsonProperty("adam")
            ADAM,
            /** Adam with decoupled weight decay (Loshchilov and Hutter 2019). */
            @JsonProperty("adamw")
            ADAMW
        }

        public static final Optimizer DEFAULT = new Optimizer(null, null, null, null);

        public Optimizer {
            method = method == null ? Method.ADAM : method;
            if (method == Method.SGD && momentum == null) {
                momentum = 0.9;
            }
            weightDecay = weightDecay == null ? Double.valueOf(0) : weightDecay;
        }

        void check(Problems problems) {
            problems.require(
                    momentum == null || method == Method.SGD,
                    "momentum",
                    "has an effect with method: sgd only; leave it out");
            problems.require(
                    momentum == null || momentum >= 0 && momentum < 1,
                    "momentum",
                    "must be at least 0 and below 1, but is " + momentum);
            problems.require(
                    weightDecay >= 0 && weightDecay <= 1,
                    "weightDecay",
                    "must be between 0 and 1, but is " + weightDecay);
            problems.require(
                    clipNorm == null || clipNorm > 0 && Double.isFinite(clipNorm),
                    "clipNorm",
                    "must be above 0, but is " + clipNorm);
        }
    }

    /**
     * How the learning rate changes.
     *
     * @param decay the schedule after the warm-up
     * @param warmUp epochs over which the rate rises from 0, fractions allowed
     * @param at the shares of all epochs, ascending, at which it decreases; null except for {@link
     *     Decay#STEP}
     * @param factor the factor of each decrease; null except for {@link Decay#STEP}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Schedule(Decay decay, Double warmUp, List<Double> at, Double factor) {

        /** The schedule after the warm-up. */
        public enum Decay {
            /** To zero along half a cosine (Loshchilov and Hutter 2017). */
            @JsonProperty("cosine")
            COSINE,
            /** By a factor at given epochs. */
            @JsonProperty("step")
            STEP,
            @JsonProperty("constant")
            CONSTANT
        }

        public static final Schedule DEFAULT = new Schedule(null, null, null, null);

        public Schedule {
            decay = decay == null ? Decay.COSINE : decay;
            warmUp = warmUp == null ? Double.valueOf(0) : warmUp;
            at = at == null ? null : List.copyOf(at);
            if (decay == Decay.STEP) {
                at = at == null ? List.of(0.5, 0.75) : at;
                factor = factor == null ? Double.valueOf(0.1) : factor;
            }
        }

        void check(Problems problems) {
            problems.require(
                    warmUp >= 0 && warmUp <= 10_000,
                    "warmUp",
                    "must be between 0 and 10000 epochs, but is " + warmUp);
            checkSteps(problems);
        }

        private void checkSteps(Problems problems) {
            if (decay != Decay.STEP) {
                var message = "has an effect with decay: step only; leave it out";
                problems.require(at == null, "at", message);
                problems.require(factor == null, "factor", message);
                return;
            }
            problems.require(
                    at.stream().allMatch(share -> share > 0 && share < 1)
                            && at.equals(at.stream().sorted().toList()),
                    "at",
                    "must be ascending shares of all epochs, each above 0 and below 1, but is "
                            + at);
            problems.require(
                    factor > 0 && factor <= 1,
                    "factor",
                    "must be above 0 and at most 1, but is " + factor);
        }
    }

    /**
     * Random augmentation of the training images, different in every epoch.
     *
     * @param flip whether half of the images are mirrored horizontally
     * @param shift largest shift in pixels of the model's input, in each direction; the border is
     *     filled with the edge pixels
     * @param brightness largest change of brightness, a share of the full range, 0..1
     */
    public record Augmentation(Boolean flip, Integer shift, Double brightness) {
        public static final Augmentation NONE = new Augmentation(null, null, null);

        public Augmentation {
            flip = flip == null ? Boolean.FALSE : flip;
            shift = shift == null ? Integer.valueOf(0) : shift;
            brightness = brightness == null ? Double.valueOf(0) : brightness;
        }

        void check(Problems problems) {
            problems.require(
                    shift >= 0 && shift <= 1024,
                    "shift",
                    "must be between 0 and 1024 pixels, but is " + shift);
            problems.require(
                    brightness >= 0 && brightness <= 1,
                    "brightness",
                    "must be between 0 and 1, but is " + brightness);
        }
    }

    /** Whether batch norm keeps its statistics. */
    public enum BatchNorm {
        /**
         * Trained where at least {@link #LEAST_BATCH} images are computed at once, else frozen: of
         * fewer, the statistics are too noisy (Wu and He 2018, "Group Normalization", figure 1).
         */
        @JsonProperty("auto")
        AUTO,
        /** Mean and variance stay; scale and offset are trained. */
        @JsonProperty("frozen")
        FROZEN,
        /** Batches are normalised by their own statistics, and running averages are kept. */
        @JsonProperty("trained")
        TRAINED;

        /** Images computed at once from which on {@link #AUTO} trains the statistics. */
        public static final int LEAST_BATCH = 16;

        /** Whether the statistics are trained when so many images are computed at once. */
        public boolean isTrained(int images) {
            return this == TRAINED || this == AUTO && images >= LEAST_BATCH;
        }
    }

    /** Whether the steps (scales) of a quantized model are trained. */
    public enum QuantizationSteps {
        /** They are trained (Esser et al. 2020, "Learned Step Size Quantization"). */
        @JsonProperty("learned")
        LEARNED,
        /** They stay as calibrated. */
        @JsonProperty("fixed")
        FIXED
    }

    private static final int MOST_RATES = 10;
    private static final double RATE = 0.001;
    private static final double BATCH_NORM_RATE = 0.003;

    public static final Training DEFAULT = builder().build();

    public Training {
        epochs = epochs == null ? Integer.valueOf(8) : epochs;
        learningRates = learningRates == null ? null : List.copyOf(learningRates);
        batchSize = batchSize == null ? Integer.valueOf(64) : batchSize;
        optimizer = optimizer == null ? Optimizer.DEFAULT : optimizer;
        schedule = schedule == null ? Schedule.DEFAULT : schedule;
        augmentation = augmentation == null ? Augmentation.NONE : augmentation;
        labelSmoothing = labelSmoothing == null ? Double.valueOf(0) : labelSmoothing;
        quantizationSteps =
                quantizationSteps == null ? QuantizationSteps.LEARNED : quantizationSteps;
        validation = validation == null ? Double.valueOf(0.1) : validation;
    }

    /** The same for another number of epochs. */
    public Training withEpochs(int other) {
        return toBuilder().epochs(other).build();
    }

    /** The same at one rate. */
    public Training withLearningRate(double rate) {
        return toBuilder().learningRates(null).learningRate(rate).build();
    }

    /**
     * The same with a rate, where none is set and none is chosen: {@value #RATE}, or {@value
     * #BATCH_NORM_RATE} where {@link BatchNorm#AUTO} trains the statistics. Batch norm makes higher
     * rates safe, since the scale of the weights before it does not matter (Ioffe and Szegedy 2015,
     * "Batch Normalization", section 3.3).
     *
     * @param trainsBatchNorm whether there is batch norm, whose statistics are trained
     */
    public Training withDefaultRate(boolean trainsBatchNorm) {
        if (learningRate != null || learningRates != null) {
            return this;
        }
        boolean isHigh = trainsBatchNorm && batchNorm == BatchNorm.AUTO;
        return withLearningRate(isHigh ? BATCH_NORM_RATE : RATE);
    }

    /** The same, with this unless it says how batch norm is trained. */
    public Training withDefault(BatchNorm other) {
        return batchNorm == null ? toBuilder().batchNorm(other).build() : this;
    }

    /** The same for a fresh network, which has no statistics that batch norm could keep. */
    public Training forFreshNetwork() {
        return toBuilder().batchNorm(BatchNorm.TRAINED).build();
    }

    /** Adds every option that is out of its range or has no effect. */
    public void check(Problems problems) {
        problems.require(
                epochs >= 0 && epochs <= 10_000,
                "epochs",
                "must be between 0 and 10000, but is " + epochs);
        problems.require(
                learningRate == null || isRate(learningRate),
                "learningRate",
                "must be above 0 and at most 10, but is " + learningRate);
        checkRates(problems);
        problems.require(
                batchSize >= 1 && batchSize <= 4096,
                "batchSize",
                "must be between 1 and 4096, but is " + batchSize);
        optimizer.check(problems.at("optimizer"));
        schedule.check(problems.at("schedule"));
        augmentation.check(problems.at("augmentation"));
        problems.require(
                labelSmoothing >= 0 && labelSmoothing < 1,
                "labelSmoothing",
                "must be at least 0 and below 1, but is " + labelSmoothing);
        problems.require(
                validation >= 0 && validation <= 0.5,
                "validation",
                "must be between 0 and 0.5, but is " + validation);
        problems.require(
                patience == null || patience >= 1,
                "patience",
                "must be at least 1 epoch, but is " + patience);
        problems.require(
                patience == null || validation > 0,
                "patience",
                "has no effect with validation: 0: without a validation split no epoch is better"
                        + " than another; leave it out");
    }

    private static boolean isRate(double rate) {
        return rate > 0 && rate <= 10;
    }

    private void checkRates(Problems problems) {
        if (learningRates != null) {
            problems.require(
                    learningRate == null,
                    "learningRate",
                    "has no effect with learningRates; leave it out");
            problems.require(
                    learningRates.size() >= 2
                            && learningRates.size() <= MOST_RATES
                            && learningRates.stream().allMatch(Training::isRate)
                            && learningRates.equals(
                                    learningRates.stream().sorted().distinct().toList()),
                    "learningRates",
                    "must be 2 to %d ascending rates, each above 0 and at most 10, but is %s"
                            .formatted(MOST_RATES, learningRates));
        }
    }

    /** A training with the defaults for everything that is not set. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this one. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.epochs = epochs;
        builder.learningRate = learningRate;
        builder.learningRates = learningRates;
        builder.batchSize = batchSize;
        builder.optimizer = optimizer;
        builder.schedule = schedule;
        builder.augmentation = augmentation;
        builder.labelSmoothing = labelSmoothing;
        builder.batchNorm = batchNorm;
        builder.quantizationSteps = quantizationSteps;
        builder.validation = validation;
        builder.patience = patience;
        return builder;
    }

    /** Sets options by name. */
    public static final class Builder {
        private Integer epochs;
        private Double learningRate;
        private List<Double> learningRates;
        private Integer batchSize;
        private Optimizer optimizer;
        private Schedule schedule;
        private Augmentation augmentation;
        private Double labelSmoothing;
        private BatchNorm batchNorm;
        private QuantizationSteps quantizationSteps;
        private Double validation;
        private Integer patience;

        private Builder() {}

        public Builder epochs(int value) {
            this.epochs = value;
            return this;
        }

        public Builder learningRate(double value) {
            this.learningRate = value;
            return this;
        }

        public Builder learningRates(List<Double> value) {
            this.learningRates = value;
            return this;
        }

        public Builder batchSize(int value) {
            this.batchSize = value;
            return this;
        }

        public Builder optimizer(Optimizer value) {
            this.optimizer = value;
            return this;
        }

        public Builder schedule(Schedule value) {
            this.schedule = value;
            return this;
        }

        public Builder augmentation(Augmentation value) {
            this.augmentation = value;
            return this;
        }

        public Builder labelSmoothing(double value) {
            this.labelSmoothing = value;
            return this;
        }

        public Builder batchNorm(BatchNorm value) {
            this.batchNorm = value;
            return this;
        }

        public Builder quantizationSteps(QuantizationSteps value) {
            this.quantizationSteps = value;
            return this;
        }

        public Builder validation(double value) {
            this.validation = value;
            return this;
        }

        public Builder patience(Integer value) {
            this.patience = value;
            return this;
        }

        public Training build() {
            return new Training(
                    epochs,
                    learningRate,
                    learningRates,
                    batchSize,
                    optimizer,
                    schedule,
                    augmentation,
                    labelSmoothing,
                    batchNorm,
                    quantizationSteps,
                    validation,
                    patience);
        }
    }
}
