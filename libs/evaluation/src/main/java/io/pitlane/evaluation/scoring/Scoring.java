package io.pitlane.evaluation.scoring;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.data.Annotations;
import io.pitlane.data.ImageSet;
import io.pitlane.data.task.DetectionOutputs;
import io.pitlane.data.task.ScoredOutput;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.graph.runtime.Outputs;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How models of one run are scored: by which output, and what its numbers mean. Read off the
 * original, and held against every model.
 *
 * <p>Immutable.
 */
public final class Scoring {
    private final Task task;
    private final Optional<GraphSignature.Port> output;
    private final ClassDecoder reader;
    private final List<String> notes;

    private Scoring(
            Task task,
            Optional<GraphSignature.Port> output,
            ClassDecoder reader,
            List<String> notes) {
        this.task = task;
        this.output = output;
        this.reader = reader;
        this.notes = List.copyOf(notes);
    }

    /**
     * The scoring of a run.
     *
     * @param original the model that came in
     * @param output name of the output that is scored; null for the one that fits the task best
     * @param input tells which of several inputs takes the images
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
                                        "No output is %s, so closeness to the original is all that"
                                                        .formatted(ScoredOutput.wanted(task))
                                                + " is measured.");
        var reader = port.map(chosen -> reader(original, task, chosen, input)).orElse(null);
        var feeds = ModelInputs.of(signature, input);
        var notes = Stream.concat(Stream.of(note), feeds.notes().stream()).toList();
        return new Scoring(task, port, reader, notes);
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

    private static ClassDecoder reader(
            FlatGraph original, Task task, GraphSignature.Port port, InputSpec input) {
        return new ClassDecoder(
                ScoredOutput.isIds(port),
                task == Task.SEGMENTATION,
                isChannelsFirst(ModelInputs.of(original.signature(), input).image(), port),
                LastActivation.isBoundedByOne(original, port.tensor()) ? 0.5f : 0);
    }

    /** Scores stand as the images do, unless their first two sizes are those of the image. */
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

    /** What the report has to say about it, one sentence each. */
    public List<String> notes() {
        return notes;
    }

    /** Whether labels can be held against an output of the model. */
    public boolean isPossible() {
        return output.isPresent();
    }

    /** The output that is scored, of detection the boxes; empty when none fits the task. */
    public Optional<GraphSignature.Port> output() {
        return output;
    }

    /**
     * The same for a model whose outputs have other names.
     *
     * @param label the model, for messages
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
                                                "No output of a model that is held against the"
                                                        + " original is "
                                                        + ScoredOutput.wanted(task)
                                                        + ".",
                                                "Give it an output named '%s'."
                                                        .formatted(output.get().name())));
        var its =
                new ClassDecoder(
                        ScoredOutput.isIds(port),
                        reader.perPixel(),
                        reader.channelsFirst(),
                        reader.threshold());
        return new Scoring(task, Optional.of(port), its, notes);
    }

    /** Counts for a set of images; empty when it has no annotations of the task's kind. */
    public Optional<Scorer> scorer(ImageSet images, GraphSignature signature) {
        if (output.isEmpty()) {
            return Optional.empty();
        }
        var name = output.get().name();
        return images.annotations().flatMap(known -> scorer(known, name, signature));
    }

    private Optional<Scorer> scorer(Annotations known, String name, GraphSignature signature) {
        if (task == Task.CLASSIFICATION && known instanceof Annotations.Classes classes) {
            return Optional.of(new ClassificationScorer(name, reader, classes.labels()));
        } else if (task == Task.SEGMENTATION && known instanceof Annotations.Masks masks) {
            return Optional.of(new SegmentationScorer(name, reader, masks));
        } else if (task == Task.REGRESSION && known instanceof Annotations.Values values) {
            return Optional.of(new RegressionScorer(name, values));
        } else if (task == Task.DETECTION && known instanceof Annotations.Boxes) {
            return DetectionOutputs.of(signature, name).map(DetectionScorer::new);
        }
        return Optional.empty();
    }

    /** The classes that a model chose for a batch; empty for tasks where it chooses none. */
    public Optional<int[]> classes(Outputs outputs) {
        boolean choosing = task == Task.CLASSIFICATION || task == Task.SEGMENTATION;
        return choosing
                ? output.map(port -> reader.classes(outputs.of(port.name())))
                : Optional.empty();
    }
}
