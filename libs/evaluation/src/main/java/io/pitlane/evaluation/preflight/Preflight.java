package io.pitlane.evaluation.preflight;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.Plan;
import io.pitlane.data.ImageSet;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.graph.savedmodel.SavedModelReader;
import java.nio.file.Path;

/**
 * Checks that a plan, its model and its data fit together, before a run is started.
 *
 * <p>A plan validates itself; this check also opens the model and reads the data. What a step
 * requires of them is checked by its technique.
 */
public final class Preflight {
    private Preflight() {}

    /**
     * Checks everything that would make a run of any steps fail.
     *
     * @param modelFolder the SavedModel
     * @param dataRoot folder that the paths of the plan's data are relative to
     * @throws FailureException of kind INVALID_INPUT: the model cannot be read or runs a forbidden
     *     operation, has no such signature, input or output, images are missing, empty or of
     *     another size than the model takes, annotations are not of the task's kind or do not fit
     *     the model's output, a constraint names a class that the model does not have or needs
     *     labels that the test images do not have
     */
    public static void check(Plan plan, Path modelFolder, Path dataRoot) {
        var model = SavedModelReader.read(modelFolder, plan.signature());
        var port = ModelInputs.of(model.signature(), plan.input()).image();
        var scored = new OutputCheck(model, plan.task(), plan.output());
        scored.checkConstraints(plan.constraints());
        var train = ImageSources.open(plan.data().train(), dataRoot);
        var test = ImageSources.open(plan.data().test(), dataRoot);
        checkImages("train", train, Preprocessor.of(plan.input(), port, train), scored);
        checkImages("test", test, Preprocessor.of(plan.input(), port, test), scored);
        checkSameClasses(train, test);
        if (test.annotations().isEmpty() && plan.constraints().needLabels()) {
            throw FailureException.invalidInput(
                    "The test images have no labels, so the constraints cannot be judged.",
                    "Name their labels in data.test, or use minAgreement or maxRelativeL2, which"
                            + " need none.");
        }
    }

    private static void checkImages(
            String part, ImageSet images, Preprocessor input, OutputCheck scored) {
        images.requireReadable();
        input.requireFits(images);
        scored.checkAnnotations(part, images);
    }

    // Classes are numbered in alphabetical order: a missing one shifts all that follow.
    private static void checkSameClasses(ImageSet train, ImageSet test) {
        boolean named = !train.classNames().isEmpty() && !test.classNames().isEmpty();
        if (named && !train.classNames().equals(test.classNames())) {
            throw FailureException.invalidInput(
                    "The classes of data.train are %s, those of data.test %s."
                            .formatted(train.classNames(), test.classNames()),
                    "Name them in the model's order, in classes of both.");
        }
    }
}
