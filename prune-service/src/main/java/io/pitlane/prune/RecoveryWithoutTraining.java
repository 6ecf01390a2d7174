package io.pitlane.prune;

import io.pitlane.analysis.AffordableImages;
import io.pitlane.analysis.ModelComparison;
import io.pitlane.analysis.reconstruction.ImageWeights;
import io.pitlane.analysis.reconstruction.ModelReconstruction;
import io.pitlane.contract.finding.ReconstructionResult;
import io.pitlane.contract.pruning.Reconstruction;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.ImageSet;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelPruning;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Restores the outputs of a cut model without training, and keeps the restored model where its
 * outputs on the validation split are closer to those before the cut.
 */
final class RecoveryWithoutTraining {
    private static final int MOST_VALIDATION_IMAGES = 1000;
    private static final int FEWEST_IMAGES = 256;

    private final Reconstruction options;
    private final PruningContext context;

    RecoveryWithoutTraining(Reconstruction options, PruningContext context) {
        this.options = options;
        this.context = context;
    }

    /** A pruned model, with its outputs restored where the options say so. */
    PrunedModel apply(ChannelPruning.Pruned pruned) {
        if (options.isOff() || pruned.removed().isEmpty()) {
            return new PrunedModel(pruned.graph(), Map.of(), pruned.notes(), List.of());
        }
        int samples = samples(pruned.before());
        var restored = restored(pruned, samples);
        try (var comparison =
                ModelComparison.with(
                        pruned.before(),
                        context.plan(),
                        validation(pruned.before()),
                        context.folder())) {
            var cut = comparison.of(pruned.graph());
            var after = comparison.of(restored.graph());
            boolean isBetter = after.distance() < cut.distance();
            var result =
                    new ReconstructionResult(
                            samples,
                            comparison.images(),
                            comparison.before().map(Accuracy.Headline::value).orElse(null),
                            cut,
                            after,
                            isBetter,
                            restored.layers(),
                            restored.batchNorms());
            return new PrunedModel(
                    isBetter ? restored.graph() : pruned.graph(),
                    Map.of(),
                    notes(pruned, restored, result),
                    List.of(result));
        }
    }

    private ModelReconstruction.Restored restored(ChannelPruning.Pruned pruned, int samples) {
        var plan = context.plan();
        var batches = new HeldBatches(context.images().batchesForFitting(samples));
        var weights = ImageWeights.of(pruned.before(), plan, batches);
        return new ModelReconstruction(
                        options,
                        plan.input(),
                        batches,
                        samples,
                        weights,
                        plan.seed(),
                        context.folder(),
                        (message, share) -> context.progress().at(share, message))
                .apply(pruned);
    }

    private int samples(FlatGraph graph) {
        int wanted =
                options.samples() == null
                        ? affordable(graph, Reconstruction.MOST_SAMPLES)
                        : options.samples();
        return Math.min(wanted, context.images().forFitting());
    }

    private ImageSet validation(FlatGraph graph) {
        return context.images().validation(affordable(graph, MOST_VALIDATION_IMAGES));
    }

    private int affordable(FlatGraph graph, int most) {
        return AffordableImages.of(graph, context.images().shape()).count(1, FEWEST_IMAGES, most);
    }

    private static List<String> notes(
            ChannelPruning.Pruned pruned,
            ModelReconstruction.Restored restored,
            ReconstructionResult result) {
        var notes = new ArrayList<>(pruned.notes());
        notes.add(1, result.used() ? gained(result) : notGained(result));
        restored.leftOut().forEach(layer -> notes.add("not restored: " + layer));
        return notes;
    }

    private static String gained(ReconstructionResult result) {
        return "restored without training: %d layers by least squares, %d batch norms; %s on %d images"
                .formatted(
                        result.layers().size(),
                        result.batchNorms(),
                        change(result),
                        result.validationImages());
    }

    private static String notGained(ReconstructionResult result) {
        return "not restored: reconstruction did not bring the outputs closer, %s on %d images"
                .formatted(change(result), result.validationImages());
    }

    private static String change(ReconstructionResult result) {
        var cut = result.cut();
        var restored = result.restored();
        if (cut.score() != null && restored.score() != null) {
            return String.format(Locale.ROOT, "score %.4f -> %.4f", cut.score(), restored.score());
        }
        if (cut.agreement() != null && restored.agreement() != null) {
            return String.format(
                    Locale.ROOT, "agreement %.4f -> %.4f", cut.agreement(), restored.agreement());
        }
        return String.format(Locale.ROOT, "noise %.4f -> %.4f", cut.noise(), restored.noise());
    }
}
