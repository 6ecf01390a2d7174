package io.pitlane.contract.report;

import io.pitlane.contract.run.DeliveredModel;
import io.pitlane.contract.run.RunModel;
import java.util.List;

/**
 * What a finished run publishes: the report, and where its models are.
 *
 * @param report the figures and the verdict
 * @param models every model, the original first, the candidate last
 * @param deliverables the candidate in each format that it was delivered in
 */
public record RunResult(Report report, List<RunModel> models, List<DeliveredModel> deliverables) {

    public RunResult {
        deliverables = deliverables == null ? List.of() : List.copyOf(deliverables);
    }
}
