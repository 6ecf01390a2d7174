package io.pitlane.distill;

import io.pitlane.contract.step.DistillStep;
import io.pitlane.contract.step.DistillStep.Student.Weights;
import io.pitlane.data.ImageSet;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.pass.SignatureAdapter;
import io.pitlane.graph.savedmodel.SavedModelReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Creates the student of a step, by default from the run's current model. */
final class StudentFactory {
    private final FlatGraph current;
    private final ImageSet images;
    private final Preprocessor input;
    private final Path data;

    /**
     * @param current the run's current model
     * @param images training images, to measure which blocks matter
     * @param data folder to which the path of a given student is relative
     */
    StudentFactory(FlatGraph current, ImageSet images, Preprocessor input, Path data) {
        this.current = current;
        this.images = images;
        this.input = input;
        this.data = data;
    }

    /**
     * Creates the student.
     *
     * @param wanted null for the current model
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the model has no
     *     block to drop, or the given student cannot be read or does not fit
     */
    Student create(DistillStep.Student wanted) {
        if (wanted == null) {
            return new Student(
                    current, false, List.of("the student is the current model of the run"));
        }
        if (wanted.model() != null) {
            var given = SavedModelReader.read(data.resolve(wanted.model()));
            return new Student(
                    SignatureAdapter.of(given, current, "The model in student.model"),
                    false,
                    List.of("the student is the given model " + wanted.model()));
        }
        return wanted.depth() != null ? shallow(wanted) : narrow(wanted);
    }

    private Student narrow(DistillStep.Student wanted) {
        if (wanted.width() == 1) {
            return copy(current, wanted, List.of("the student is a copy of the current model"));
        }
        var narrow = new ChannelPruning(1 - wanted.width()).prune(current);
        var notes = new ArrayList<String>();
        notes.add(
                "the student is the current model with %s of the channels of each group"
                        .formatted(wanted.width()));
        notes.addAll(narrow.notes());
        return copy(narrow.graph(), wanted, notes);
    }

    private Student shallow(DistillStep.Student wanted) {
        var shallow = new BlockDropping(wanted.depth(), images, input).apply(current);
        return copy(shallow.graph(), wanted, shallow.notes());
    }

    private static Student copy(FlatGraph graph, DistillStep.Student wanted, List<String> notes) {
        boolean isFresh = wanted.weights() == Weights.FRESH;
        var all = new ArrayList<>(notes);
        all.add(
                isFresh
                        ? "it starts from fresh weights"
                        : "it starts from the weights of the current model");
        return new Student(graph, isFresh, all);
    }
}
