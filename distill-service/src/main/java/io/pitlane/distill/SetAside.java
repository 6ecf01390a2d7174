package io.pitlane.distill;

import io.pitlane.contract.Accuracy;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.data.Preprocessor;
import io.pitlane.model.eval.DjlModel;
import io.pitlane.model.eval.Evaluation;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.savedmodel.SavedModelWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Says how right a model is on the training images that no training has learnt from.
 *
 * @param images those images; empty when there are none, or they have no labels
 * @param input how they become the model's input
 * @param scratch an empty folder
 */
record SetAside(Optional<ImageSet> images, Preprocessor input, Path scratch) {

    /**
     * Scores a model.
     *
     * @param name what to call it on disk
     * @return empty when there is nothing to score it on
     */
    Optional<Accuracy.Headline> score(FlatGraph model, String name) {
        return images.flatMap(labelled -> score(model, name, labelled));
    }

    private Optional<Accuracy.Headline> score(FlatGraph model, String name, ImageSet labelled) {
        var folder = scratch.resolve(name);
        SavedModelWriter.write(model, folder);
        try (var loaded = DjlModel.load(folder)) {
            return Evaluation.of(loaded, labelled, input, share -> {})
                    .accuracy()
                    .map(Accuracy::headline);
        }
    }

    /** A figure for people, as {@code 86.4 %}. */
    static String shown(Accuracy.Headline figure) {
        return figure.error()
                ? String.format(Locale.ROOT, "%s %.4g", figure.name(), figure.value())
                : String.format(Locale.ROOT, "%.1f %%", 100 * figure.value());
    }

    /** Whether the first is at least as good as the second. */
    static boolean isAsGood(Accuracy.Headline first, Accuracy.Headline second) {
        return first.error() ? first.value() <= second.value() : first.value() >= second.value();
    }
}
