package io.pitlane.contract.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.report.Report.Fidelity;

/**
 * The candidate in one format that it is delivered in, as the engine of that format runs it; of
 * {@link DeliveryFormat#PACKED}, which none runs, only the size.
 *
 * @param format the format
 * @param sizeBytes size of the file; for {@link DeliveryFormat#TENSORFLOW} of all files of the
 *     folder
 * @param accuracy on the test set; null without labels, and where it was not measured
 * @param fidelity closeness to the original on TensorFlow; null where it was not measured
 * @param accuracyDrop as in {@link Comparison}
 * @param errorIncrease as in {@link Comparison}
 * @param interval confidence interval of the drop or increase; null where there is none
 * @param unmeasured why it was not measured, as the end of a sentence; null where it was
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeliveredFigures(
        DeliveryFormat format,
        long sizeBytes,
        Accuracy accuracy,
        Fidelity fidelity,
        Double accuracyDrop,
        Double errorIncrease,
        ConfidenceInterval interval,
        String unmeasured) {}
