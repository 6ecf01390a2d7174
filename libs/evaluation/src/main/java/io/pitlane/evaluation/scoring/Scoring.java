package io.pitlane.evaluation.scoring;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.data.Annotations;
import io.pitlane.data.ImageSet;
import io.pitlane.data.task.DetectionOutputs;
import io.pitlane.data.task.ScoredOutput;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.graph.runtime.Outputs;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How the models of a run are scored: which output is evaluated, and how it is decoded. Derived
 * from the original and applied to every model of the run.
 *
 * <p>Immutable.
 */
public final class Scoring {
    private final Task task;
    private final Optional<GraphSignature.Port> output;
    private final ClassDecoder decoder;
    private final List<String> notes;

    private Scoring(
            Task task,
            Optional<GraphSignature.Port> output,
            ClassDecoder decoder,
            List<String> notes) {
        this.task = task;
        this.output = output;
        this.decoder = decoder;
        this.notes = List.copyOf(notes);
    }

    /**
     * Derives the scoring of a run.
     *
     * @param original the original model
     * @param output name of the scored output; null for the one that fits the task best
     * @param input selects the input that takes the images
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the named output does
     *     not exist or does not fit the task
     */
    public static Scoring of(FlatGraph original, Task task, String output, InputSpec input) {
        var signature = original.signature();
        var port = ScoredOutput.of(signature, task, output);
        var note =
                port.map(chosen -> chosenNote(signature, task, output, chosen))
                        .orElseGet(
                                () ->
                                        "No output is %s, so only fidelity to the original"
                                                        .formatted(ScoredOutput.expected(task))
                                                + " is measured.");
        var decoder = port.map(chosen -> decoder(original, task, chosen, input)).orElse(null);
        var inputs = ModelInputs.of(signature, input);
        var notes = Stream.concat(Stream.of(note), inputs.notes().stream()).toList();
        return new Scoring(task, port, decoder, notes);
    }

    private static String chosenNote(
            GraphSignature signature, Task task, String named, GraphSignature.Port chosen) {
        var others =
                ScoredOutput.fitting(signature, task).stream()
                        .map(GraphSignature.Port::name)
                        .filter(name -> !name.equals(chosen.name()))
                        .toList();
        return "Scored by the output '%s'%s."
                .formatted(
                        chosen.name(),
                        named != null || others.isEmpty()
                                ? ""
                                : "; the plan's output may name another: "
                                        + String.join(", ", others));
    }

    private static ClassDecoder decoder(
            FlatGraph original, Task task, GraphSignature.Port port, InputSpec input) {
        return new ClassDecoder(
                ScoredOutput.isIds(port),
                task == Task.SEGMENTATION,
                isChannelsFirst(ModelInputs.of(original.signature(), input).image(), port),
                OutputActivation.isProbability(original, port.tensor()) ? 0.5f : 0);
    }

    /**
     * Scores have the layout of the images, unless their first two sizes are those of the image.
     */
    private static boolean isChannelsFirst(GraphSignature.Port image, GraphSignature.Port port) {
        var in = image.shape();
        var out = port.shape();
        if (in == null || in.size() != 4 || in.get(3) <= 3 || in.get(1) < 1 || in.get(1) > 3) {
            return false;
        }
        return out == null
                || out.size() != 4
                || !out.get(1).equals(in.get(2))
                || !out.get(2).equals(in.get(3));
    }

    /** Notes for the report, one sentence each. */
    public List<String> notes() {
        return notes;
    }

    /** The scored output, for detection that of the boxes; empty if none fits the task. */
    public Optional<GraphSignature.Port> output() {
        return output;
    }

    /**
     * The scoring of another model of the run, whose outputs may have other names.
     *
     * @param other signature of the model
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when it has no output that
     *     fits
     */
    public Scoring of(GraphSignature other) {
        if (output.isEmpty()
                || other.outputs().stream().anyMatch(p -> p.name().equals(output.get().name()))) {
            return this;
        }
        var port =
                ScoredOutput.of(other, task, null)
                        .orElseThrow(
                                () ->
                                        invalidInput(
                                                "No output of a model that is compared with the"
                                                        + " original is "
                                                        + ScoredOutput.expected(task)
                                                        + ".",
                                                "Give it an output named '%s'."
                                                        .formatted(output.get().name())));
        var otherDecoder =
                new ClassDecoder(
                        ScoredOutput.isIds(port),
                        decoder.perPixel(),
                        decoder.channelsFirst(),
                        decoder.threshold());
        return new Scoring(task, Optional.of(port), otherDecoder, notes);
    }

    /** A scorer for a set of images; empty if it has no annotations for the task. */
    public Optional<Scorer> scorer(ImageSet images, GraphSignature signature) {
        if (output.isEmpty()) {
            return Optional.empty();
        }
        var name = output.get().name();
        return images.annotations().flatMap(annotations -> scorer(annotations, name, signature));
    }

    private Optional<Scorer> scorer(
            Annotations annotations, String name, GraphSignature signature) {
        if (task == Task.CLASSIFICATION && annotations instanceof Annotations.Classes classes) {
            return Optional.of(new ClassificationScorer(name, decoder, classes.labels()));
        } else if (task == Task.SEGMENTATION && annotations instanceof Annotations.Masks masks) {
            return Optional.of(new SegmentationScorer(name, decoder, masks));
        } else if (task == Task.REGRESSION && annotations instanceof Annotations.Values values) {
            return Optional.of(new RegressionScorer(name, values));
        } else if (task == Task.DETECTION && annotations instanceof Annotations.Boxes) {
            return DetectionOutputs.of(signature, name).map(DetectionScorer::new);
        }
        return Optional.empty();
    }

    /** Whether an output of the original holds the scores of classes. */
    public boolean givesDistribution(String name) {
        boolean predictsClasses = task == Task.CLASSIFICATION || task == Task.SEGMENTATION;
        return predictsClasses
                && !decoder.ids()
                && output.filter(port -> port.name().equals(name)).isPresent();
    }

    /**
     * How such an output is read as distributions over classes.
     *
     * @param positions of classes in an image: 1, or the number of pixels
     */
    public ClassDistributions distributions(int positions) {
        return new ClassDistributions(
                positions, decoder.channelsFirst() && decoder.perPixel(), decoder.threshold() > 0);
    }

    /**
     * The {@linkplain ClassDistributions#impurity impurity} of the classes predicted for each image
     * of a batch; empty where the scored output does not hold scores of classes.
     *
     * @param outputs of the original
     * @param images in the batch
     */
    public Optional<double[]> impurities(Outputs outputs, int images) {
        return output.filter(port -> givesDistribution(port.name()))
                .map(port -> outputs.of(port.name()))
                .map(scores -> impurities(scores, images));
    }

    private double[] impurities(FloatTensor scores, int images) {
        var distributions = distributions(decoder.classes(scores).length / images);
        int length = scores.values().length / images;
        var impurities = new double[images];
        for (int image = 0; image < images; image++) {
            int from = image * length;
            impurities[image] =
                    distributions.impurity(
                            Arrays.copyOfRange(scores.values(), from, from + length));
        }
        return impurities;
    }

    /** The predicted classes for a batch; empty for detection and regression. */
    public Optional<int[]> classes(Outputs outputs) {
        boolean predictsClasses = task == Task.CLASSIFICATION || task == Task.SEGMENTATION;
        return predictsClasses
                ? output.map(port -> decoder.classes(outputs.of(port.name())))
                : Optional.empty();
    }
}
