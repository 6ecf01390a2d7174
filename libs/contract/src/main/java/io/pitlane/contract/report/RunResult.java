package io.pitlane.contract.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.run.Approval;
import io.pitlane.contract.run.DeliveredModel;
import io.pitlane.contract.run.RunModel;
import java.util.List;

/**
 * What a finished run publishes: the report, and where its models are.
 *
 * @param report the figures and the verdict
 * @param models every model, the original first, the candidate last
 * @param deliverables the candidate in each format that it was delivered in
 * @param approval who approved the release, when and why; null before it, and for a plan without
 *     {@code release: manual}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunResult(
        Report report,
        List<RunModel> models,
        List<DeliveredModel> deliverables,
        Approval approval) {

    public RunResult {
        deliverables = deliverables == null ? List.of() : List.copyOf(deliverables);
    }

    /** A result whose release nobody has approved. */
    public RunResult(Report report, List<RunModel> models, List<DeliveredModel> deliverables) {
        this(report, models, deliverables, null);
    }

    /** The same, as it is released by an approval. */
    public RunResult approvedBy(Approval given) {
        return new RunResult(report, models, deliverables, given);
    }
}
