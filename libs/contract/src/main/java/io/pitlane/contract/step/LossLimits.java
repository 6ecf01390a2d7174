package io.pitlane.contract.step;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.validation.Problems;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a step may lose against the model that it is given, on the validation split. One of the
 * three limits, or none.
 */
public sealed interface LossLimits permits PruneStep, QuantizeStep {

    /** The technique service that runs this step. */
    StageName stage();

    /** The accuracy, 0..1, that may be lost; null for no limit. */
    Double maxAccuracyDrop();

    /** Regression: the relative increase of the mean absolute error; null for no limit. */
    Double maxErrorIncrease();

    /** Least share of images, 0..1, with the class of the model before; null for no limit. */
    Double minAgreement();

    /** Number of limits that are set. */
    default long limits() {
        return Stream.of(maxAccuracyDrop(), maxErrorIncrease(), minAgreement())
                .filter(Objects::nonNull)
                .count();
    }

    /** Adds limits that are out of their range, or more than one. */
    default void checkLimits(Problems problems) {
        problems.require(
                maxAccuracyDrop() == null || maxAccuracyDrop() >= 0 && maxAccuracyDrop() <= 1,
                "maxAccuracyDrop",
                "must be between 0 and 1, but is " + maxAccuracyDrop());
        problems.require(
                maxErrorIncrease() == null || maxErrorIncrease() >= 0,
                "maxErrorIncrease",
                "must not be negative, but is " + maxErrorIncrease());
        problems.require(
                minAgreement() == null || minAgreement() >= 0 && minAgreement() <= 1,
                "minAgreement",
                "must be between 0 and 1, but is " + minAgreement());
        if (limits() > 1) {
            problems.add(
                    "must have one of maxAccuracyDrop, maxErrorIncrease and minAgreement at most");
        }
    }

    /** Adds limits that have no meaning for a task. */
    default void checkLimits(Task task, Problems problems) {
        boolean regression = task == Task.REGRESSION;
        problems.require(
                maxAccuracyDrop() == null || !regression,
                "maxAccuracyDrop",
                "has no meaning for regression; use maxErrorIncrease");
        problems.require(
                maxErrorIncrease() == null || regression,
                "maxErrorIncrease",
                "is for regression; use maxAccuracyDrop");
        problems.require(
                minAgreement() == null || task == Task.CLASSIFICATION || task == Task.SEGMENTATION,
                "minAgreement",
                "is for models that choose classes; use "
                        + (regression ? "maxErrorIncrease" : "maxAccuracyDrop"));
    }
}
