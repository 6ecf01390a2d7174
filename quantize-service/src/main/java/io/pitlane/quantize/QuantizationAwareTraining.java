package io.pitlane.quantize;

import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.data.ImageSet;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.quantize.PostTrainingInt8.QuantizedModel;
import io.pitlane.training.FineTuning;
import io.pitlane.training.TrainedModel;
import io.pitlane.training.TrainingListener;
import io.pitlane.training.checkpoint.Checkpoints;
import io.pitlane.training.weights.SparsityMasks;
import java.util.ArrayList;

/**
 * Quantization-aware training: a quantized model is trained with its fake quantization in place
 * (Jacob et al., CVPR 2018, section 3; with learned steps Esser et al., ICLR 2020), so that the
 * weights adapt to the rounding. The teacher is the float model; labels count where the data has
 * them. The epoch with the lowest validation loss is kept, which may be the model before training.
 *
 * @param plan task, scored output, preprocessing and seed
 * @param images the training images
 * @param checkpoints storage for an unfinished training
 */
record QuantizationAwareTraining(Plan plan, ImageSet images, Checkpoints checkpoints) {
    private static final DistillationLoss LOSS =
            DistillationLoss.builder().labels(0.5).softTargets(1).temperature(1).build();

    /**
     * Trains a quantized model.
     *
     * @param before the float model that was quantized
     * @return the trained model, quantized, with the same signature
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when images, labels and
     *     model do not fit together, or training diverges
     */
    QuantizedModel train(
            QuantizedModel quantized,
            FlatGraph before,
            Training options,
            TrainingListener listener) {
        var notes = new ArrayList<>(quantized.notes());
        if (options.epochs() == 0 || !QuantizedGraph.of(quantized.graph()).isQuantized()) {
            notes.add(
                    options.epochs() == 0
                            ? "not trained: training.epochs is 0"
                            : "not trained: nothing is quantized");
            return new QuantizedModel(
                    quantized.graph(), quantized.floats(), notes, quantized.ranges());
        }
        var port = ModelInputs.of(before.signature(), plan.input()).image();
        var trained =
                new FineTuning(quantized.graph(), before, plan.task(), options, LOSS, plan.seed())
                        .withScoredOutput(plan.output())
                        .withMasks(SparsityMasks.of(quantized.graph(), before))
                        .withCheckpoints(checkpoints, "quantization-aware")
                        .run(images, Preprocessor.of(plan.input(), port, images), listener);
        notes.add(describe(trained));
        trained.microBatchNote().ifPresent(notes::add);
        return new QuantizedModel(trained.graph(), quantized.floats(), notes, quantized.ranges());
    }

    private static String describe(TrainedModel trained) {
        return trained.bestEpoch() == 0
                ? "quantization-aware training: none of %d epochs was better than the start, which"
                                .formatted(trained.epochs())
                        + " is kept"
                : "quantization-aware training: epoch %d of %d is kept"
                        .formatted(trained.bestEpoch(), trained.epochs());
    }
}
