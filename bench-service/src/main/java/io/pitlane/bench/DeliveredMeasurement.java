package io.pitlane.bench;

import io.pitlane.contract.artifact.DeliveryFormat;
import java.util.Optional;

/**
 * What was measured of the candidate in one format that it is delivered in.
 *
 * @param format the format
 * @param sizeBytes size of the file, or of all files of the folder
 * @param accuracy results on the test set, on the engine of the format; empty where it was not
 *     measured
 * @param unmeasured why it was not measured, as the end of a sentence; null if it was
 */
record DeliveredMeasurement(
        DeliveryFormat format,
        long sizeBytes,
        Optional<AccuracyEvaluation.Result> accuracy,
        String unmeasured) {}
