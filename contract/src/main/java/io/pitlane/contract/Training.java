package io.pitlane.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * How weights are moved: the part of training that does not depend on what is minimised.
 *
 * @param epochs passes over the training set; 0 leaves the model as it is
 * @param learningRate the rate at the start, after the warm-up
 * @param batchSize images a step
 * @param optimizer which way and how far a step goes
 * @param schedule how the rate changes
 * @param augmentation how images are varied
 * @param labelSmoothing share of a label's weight spread over all classes, 0 to below 1 (Szegedy et
 *     al. 2016)
 * @param batchNorm whether batch norm keeps its statistics
 * @param validation share of the training images set aside to tell which epoch was best, 0..0.5
 * @param patience epochs without a better validation loss after which training stops; null for
 *     never
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Training(
        Integer epochs,
        Double learningRate,
        Integer batchSize,
        Optimizer optimizer,
        Schedule schedule,
        Augmentation augmentation,
        Double labelSmoothing,
        BatchNorm batchNorm,
        Double validation,
        Integer patience) {

    /**
     * Which way and how far a step goes.
     *
     * @param method the update rule
     * @param momentum for {@link Method#SGD}: share of the last step that is taken again
     * @param weightDecay added to the gradient for SGD and Adam, taken from the weight for AdamW
     * @param clipNorm largest L2 norm of all gradients together; null for any
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
            momentum = momentum == null ? Double.valueOf(0.9) : momentum;
            weightDecay = weightDecay == null ? Double.valueOf(0) : weightDecay;
        }

        void check(Problems problems) {
            problems.require(
                    momentum >= 0 && momentum < 1,
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
     * How the rate changes.
     *
     * @param decay the course after the warm-up
     * @param warmUp epochs over which the rate rises from 0, fractions allowed
     * @param at for {@link Decay#STEP}: the shares of all epochs, ascending, at which it falls
     * @param factor for {@link Decay#STEP}: what it is multiplied with there
     */
    public record Schedule(Decay decay, Double warmUp, List<Double> at, Double factor) {

        /** The course after the warm-up. */
        public enum Decay {
            /** To zero along half a cosine (Loshchilov and Hutter 2017). */
            @JsonProperty("cosine")
            COSINE,
            /** Down by a factor at chosen epochs. */
            @JsonProperty("step")
            STEP,
            @JsonProperty("constant")
            CONSTANT
        }

        public static final Schedule DEFAULT = new Schedule(null, null, null, null);

        public Schedule {
            decay = decay == null ? Decay.COSINE : decay;
            warmUp = warmUp == null ? Double.valueOf(0) : warmUp;
            at = at == null ? List.of(0.5, 0.75) : List.copyOf(at);
            factor = factor == null ? Double.valueOf(0.1) : factor;
        }

        void check(Problems problems) {
            problems.require(
                    warmUp >= 0 && warmUp <= 10_000,
                    "warmUp",
                    "must be between 0 and 10000 epochs, but is " + warmUp);
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
     * How training images are varied, each time they are seen.
     *
     * @param flip whether half of them are mirrored left to right
     * @param shift largest shift in pixels of the model's input, each way; what comes in is the
     *     edge repeated
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
        /** Mean and variance stay; scale and offset are trained. */
        @JsonProperty("frozen")
        FROZEN,
        /** Batches are normalised by their own statistics, and running averages are kept. */
        @JsonProperty("trained")
        TRAINED
    }

    public static final Training DEFAULT =
            new Training(null, null, null, null, null, null, null, null, null, null);

    public Training {
        epochs = epochs == null ? Integer.valueOf(8) : epochs;
        learningRate = learningRate == null ? Double.valueOf(0.001) : learningRate;
        batchSize = batchSize == null ? Integer.valueOf(64) : batchSize;
        optimizer = optimizer == null ? Optimizer.DEFAULT : optimizer;
        schedule = schedule == null ? Schedule.DEFAULT : schedule;
        augmentation = augmentation == null ? Augmentation.NONE : augmentation;
        labelSmoothing = labelSmoothing == null ? Double.valueOf(0) : labelSmoothing;
        batchNorm = batchNorm == null ? BatchNorm.FROZEN : batchNorm;
        validation = validation == null ? Double.valueOf(0.1) : validation;
    }

    /** The same for another number of epochs. */
    public Training withEpochs(int other) {
        return with(other, batchNorm);
    }

    /** The same for a fresh network, which has no statistics that batch norm could keep. */
    Training ofFreshNetwork() {
        return with(epochs, BatchNorm.TRAINED);
    }

    private Training with(Integer otherEpochs, BatchNorm otherBatchNorm) {
        return new Training(
                otherEpochs,
                learningRate,
                batchSize,
                optimizer,
                schedule,
                augmentation,
                labelSmoothing,
                otherBatchNorm,
                validation,
                patience);
    }

    void check(Problems problems) {
        problems.require(
                epochs >= 0 && epochs <= 10_000,
                "epochs",
                "must be between 0 and 10000, but is " + epochs);
        problems.require(
                learningRate > 0 && learningRate <= 10,
                "learningRate",
                "must be above 0 and at most 10, but is " + learningRate);
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
    }
}
