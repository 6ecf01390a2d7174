package io.pitlane.cli.plan;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.InputSpec.Channels;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.Accuracy.Headline;
import io.pitlane.data.ImageSet;
import io.pitlane.evaluation.Evaluator;
import io.pitlane.evaluation.NotFiniteException;
import io.pitlane.evaluation.scoring.Scoring;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.runtime.ModelInputs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The preprocessing that a model was trained with, which a SavedModel does not say: channels and
 * size follow from the model's input and the images; of the usual scalings, the one is taken with
 * which the model recognises the most test images.
 *
 * @param input the preprocessing
 * @param reason why, a sentence
 */
record InputChoice(InputSpec input, String reason) {
    private static final int IMAGES = 256;

    /** Mean and deviation of the images of ImageNet, of values 0..1. */
    private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);

    private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);

    /** Without images: what the model's input shows. */
    static InputChoice of(FlatGraph model) {
        return new InputChoice(
                channels(port(model)),
                "Not checked: there was no data. How pixels become the model's input must be as in"
                        + " training.");
    }

    /** With images, annotated or not. */
    static InputChoice of(FlatGraph model, Task task, ImageSet images) {
        if (images.holdsArrays()) {
            return new InputChoice(InputSpec.DEFAULT, "Arrays are fed as they are stored.");
        }
        var input = sized(channels(port(model)), port(model), images);
        if (images.annotations().isEmpty()) {
            return new InputChoice(
                    input,
                    "Not checked: the images have no labels. How pixels become the model's input"
                            + " must be as in training.");
        }
        return best(model, task, some(images), input);
    }

    private static Port port(FlatGraph model) {
        return ModelInputs.of(model.signature(), InputSpec.DEFAULT).image();
    }

    private static InputSpec channels(Port port) {
        var shape = port.shape();
        var grey = shape != null && shape.size() == 4 && shape.get(3) == 1;
        return grey ? InputSpec.builder().channels(Channels.GREY).build() : InputSpec.DEFAULT;
    }

    private static InputSpec sized(InputSpec input, Port port, ImageSet images) {
        var shape = port.shape();
        if (shape == null || shape.size() != 4 || shape.get(1) < 1 || shape.get(2) < 1) {
            return input;
        }
        int height = shape.get(1).intValue();
        int width = shape.get(2).intValue();
        var fits =
                IntStream.of(spread(images.size()))
                        .mapToObj(images::image)
                        .allMatch(image -> image.height() == height && image.width() == width);
        return fits ? input : input.toBuilder().resize(List.of(height, width)).build();
    }

    private static ImageSet some(ImageSet images) {
        return images.subset(spread(images.size()));
    }

    /** Positions over the whole set, which may be sorted by class. */
    private static int[] spread(int size) {
        int count = Math.min(size, IMAGES);
        return IntStream.range(0, count).map(i -> (int) ((long) i * size / count)).toArray();
    }

    private static InputChoice best(
            FlatGraph model, Task task, ImageSet images, InputSpec unscaled) {
        String chosen = null;
        Headline highest = null;
        var candidates = scalings(unscaled);
        for (var candidate : candidates.entrySet()) {
            var score = score(model, task, images, candidate.getValue()).orElse(null);
            if (score != null && (highest == null || isBetter(score, highest))) {
                chosen = candidate.getKey();
                highest = score;
            }
        }
        if (highest == null) {
            return new InputChoice(unscaled, "Not checked: no output could be scored.");
        }
        return new InputChoice(
                candidates.get(chosen),
                "Of the usual scalings, %s give the best %s: %.3g on %d test images."
                        .formatted(chosen, highest.name(), highest.value(), images.size()));
    }

    private static boolean isBetter(Headline score, Headline than) {
        return score.error() ? score.value() < than.value() : score.value() > than.value();
    }

    private static Map<String, InputSpec> scalings(InputSpec unscaled) {
        var scalings = new LinkedHashMap<String, InputSpec>();
        scalings.put("bytes 0..255", unscaled);
        scalings.put("values 0..1", unscaled.toBuilder().scale(1 / 255.0).build());
        scalings.put(
                "values -1..1", unscaled.toBuilder().scale(1 / 127.5).mean(List.of(1.0)).build());
        if (unscaled.channels().count() == IMAGENET_MEAN.size()) {
            scalings.put(
                    "values with ImageNet's mean and deviation",
                    unscaled.toBuilder()
                            .scale(1 / 255.0)
                            .mean(IMAGENET_MEAN)
                            .std(IMAGENET_STD)
                            .build());
        }
        return scalings;
    }

    private static Optional<Headline> score(
            FlatGraph model, Task task, ImageSet images, InputSpec input) {
        try (var session = GraphSession.open(model, input)) {
            return new Evaluator(Scoring.of(model, task, null, input), images, input)
                    .evaluate(session, done -> {})
                    .accuracy()
                    .map(Accuracy::headline);
        } catch (NotFiniteException e) {
            return Optional.empty();
        }
    }
}
