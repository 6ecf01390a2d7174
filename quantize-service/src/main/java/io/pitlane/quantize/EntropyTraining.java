package io.pitlane.quantize;

import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.quantization.RateOptions;
import io.pitlane.contract.quantization.WeightOptions.Granularity;
import io.pitlane.contract.training.Training;
import io.pitlane.data.ImageSet;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelSorting;
import io.pitlane.graph.channels.DeadChannels;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.training.FineTuning;
import io.pitlane.training.TrainingListener;
import io.pitlane.training.checkpoint.Checkpoints;
import io.pitlane.training.quantization.CodeOptions;
import io.pitlane.training.weights.MaskSchedule;
import io.pitlane.training.weights.SparsityMasks;
import java.util.HashMap;
import java.util.Optional;

/**
 * Training for rate: the weights become integers times a learned step, and the loss holds the bits
 * that a coder spends on the integers (Oktay et al., Scalable Model Compression by Entropy
 * Penalized Reparameterization, ICLR 2020). The teacher is the model before; labels count where the
 * data has them. The last epoch is the result. Channels that no weight reads any more are removed,
 * and the others are sorted for the coder, unless the model was quantized before or has zeros of an
 * earlier step.
 *
 * @param plan task, scored output, preprocessing and seed
 * @param images the training images
 * @param checkpoints storage for an unfinished training
 */
record EntropyTraining(Plan plan, ImageSet images, Checkpoints checkpoints) {

    /**
     * Trains.
     *
     * @param start float, batch norm folded; or a result of this, which is trained on
     * @param teacher the model before
     * @param rate with a lambda
     * @param name of the checkpoint
     * @return a quantized graph of the same signature
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when images, labels and
     *     model do not fit together, or training diverges
     */
    DeadChannels.Result train(
            FlatGraph start,
            FlatGraph teacher,
            RateOptions rate,
            Training training,
            String name,
            TrainingListener listener) {
        var port = ModelInputs.of(teacher.signature(), plan.input()).image();
        var parts = QuantizedGraph.of(start);
        var quantizations = new HashMap<String, Quantization>();
        parts.quantizations().forEach((tensor, each) -> quantizations.put(tensor.node(), each));
        var codes =
                new CodeOptions(
                        rate.lambda(),
                        rate.learningRate(),
                        training.withDefaultRate(false).learningRate(),
                        rate.steps() == Granularity.PER_CHANNEL,
                        quantizations);
        var floats = parts.floats();
        var trained =
                new FineTuning(floats, teacher, plan.task(), training, rate.loss(), plan.seed())
                        .withScoredOutput(plan.output())
                        .withMasks(SparsityMasks.of(floats, teacher))
                        .withMaskSchedule(MaskSchedule.FINAL_AT_THE_END)
                        .withCodes(codes)
                        .withCheckpoints(checkpoints, name)
                        .run(images, Preprocessor.of(plan.input(), port, images), listener);
        if (whyChannelsStay(teacher).isPresent()) {
            return new DeadChannels.Result(trained.graph(), 0);
        }
        var alive = DeadChannels.removed(trained.graph());
        return new DeadChannels.Result(ChannelSorting.byDensity(alive.graph()), alive.removed());
    }

    /**
     * Why a model is trained on without removing or sorting its channels: the file can be a delta,
     * and a pattern of zeros counts the channels. Empty where they go.
     */
    static Optional<String> whyChannelsStay(FlatGraph model) {
        if (!QuantizedGraph.of(model).quantizations().isEmpty()) {
            return Optional.of("the model was quantized before");
        }
        return SparsityMasks.of(model).isEmpty()
                ? Optional.empty()
                : Optional.of("an earlier step removed weights");
    }
}
