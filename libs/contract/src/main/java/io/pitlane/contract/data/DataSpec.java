package io.pitlane.contract.data;

import io.pitlane.contract.validation.LocalPath;
import io.pitlane.contract.validation.Problems;

/**
 * The images of a run.
 *
 * @param train for fine-tuning and calibration
 * @param test for measurement only, not for training or model selection
 */
public record DataSpec(DataSource train, DataSource test) {

    /** Whether the data can be arrays of float32 instead of images. */
    public boolean mayHoldArrays() {
        return train != null && train.mayHoldArrays() && test != null && test.mayHoldArrays();
    }

    /** Adds what is missing or does not go together. */
    public void check(Problems problems) {
        if (problems.present(train, "train", "name the training images")) {
            check(train, problems.at("train"));
        }
        if (problems.present(test, "test", "name the test images")) {
            check(test, problems.at("test"));
        }
    }

    private static void check(DataSource source, Problems problems) {
        source.check(problems);
        source.paths().forEach((field, path) -> LocalPath.check(path, field, problems));
    }
}
