package io.pitlane.model.check;

import io.pitlane.contract.Constraints;
import io.pitlane.contract.DataSource;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.Plan;
import io.pitlane.contract.Task;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.data.Preprocessor;
import io.pitlane.model.eval.ClassScores;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.InferredShapes;
import io.pitlane.model.runtime.Feeds;
import io.pitlane.model.savedmodel.SavedModelReader;
import java.nio.file.Path;
import java.util.Optional;
import org.tensorflow.ndarray.Shape;

/**
 * Checks that a plan, its model and its data fit together, before anything is sent or run.
 *
 * <p>What a plan alone can get wrong is the plan's own check; this one opens the model and reads
 * the data.
 */
public final class Preflight {
    private Preflight() {}

    /**
     * Checks everything that would end the run later.
     *
     * @param modelFolder the SavedModel
     * @param dataRoot what the paths of the plan's data are relative to
     * @throws FailureException of kind INVALID_INPUT: the model cannot be read or runs a forbidden
     *     operation, images are missing, empty or of another size than the model takes, labels lie
     *     beyond the model's classes, a constraint names a class that the model does not have or
     *     needs labels that the test images do not have
     */
    public static void check(Plan plan, Path modelFolder, Path dataRoot) {
        var model = SavedModelReader.read(modelFolder, plan.signature());
        var input =
                Preprocessor.of(plan.input(), Feeds.of(model.signature(), plan.input()).image());
        var classes =
                plan.task() == Task.CLASSIFICATION ? classes(model) : Optional.<Integer>empty();
        classes.ifPresent(count -> checkConstraints(plan.constraints(), count));
        checkImages(plan.data().train(), dataRoot, input, classes);
        var test = checkImages(plan.data().test(), dataRoot, input, classes);
        if (test.labels().isEmpty() && plan.constraints().needLabels()) {
            throw FailureException.invalidInput(
                    "The test images have no labels, so the constraints cannot be judged.",
                    "Name their labels in data.test, or leave out the constraints.");
        }
    }

    private static ImageSet checkImages(
            DataSource source, Path root, Preprocessor input, Optional<Integer> classes) {
        var images = ImageSet.open(source, root);
        input.requireFits(images);
        classes.ifPresent(images::requireLabelsBelow);
        return images;
    }

    /** The number of classes; nothing where not even TensorFlow can tell. */
    private static Optional<Integer> classes(FlatGraph model) {
        var scores = ClassScores.of(model.signature());
        var shape = InferredShapes.of(model).of(scores.tensor());
        long last =
                scores.shape() == null || scores.shape().isEmpty()
                        ? Shape.UNKNOWN_SIZE
                        : scores.shape().get(scores.shape().size() - 1);
        if (last < 0 && !shape.isUnknown() && shape.numDimensions() > 0) {
            last = shape.get(shape.numDimensions() - 1);
        }
        return last < 0 ? Optional.empty() : Optional.of(Math.toIntExact(last));
    }

    private static void checkConstraints(Constraints constraints, int classes) {
        constraints.classes().keySet().stream()
                .filter(index -> index >= classes)
                .sorted()
                .findFirst()
                .ifPresent(
                        index -> {
                            throw FailureException.invalidInput(
                                    "constraints.classes names class "
                                            + index
                                            + ", but the model has "
                                            + classes
                                            + " classes (0 to "
                                            + (classes - 1)
                                            + ").",
                                    "Name a class that the model has.");
                        });
    }
}
