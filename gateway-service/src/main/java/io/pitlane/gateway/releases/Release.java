package io.pitlane.gateway.releases;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.Approval;
import io.pitlane.contract.run.RunModel;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * A candidate that was released.
 *
 * @param runId the run that it is of
 * @param model path of the model in the run's plan
 * @param plan name of the plan
 * @param digest digest of the candidate's archive
 * @param conditions how many conditions it met
 * @param approval who approved it; null where its plan did not ask
 * @param at when it was released
 */
public record Release(
        String runId,
        String model,
        String plan,
        String digest,
        int conditions,
        Approval approval,
        Instant at) {

    /** What a page shows of the record of a release: a small part of its bytes. */
    private record Published(ReportPart report, List<RunModel> models, Approval approval) {}

    private record ReportPart(String run, PlanPart plan, VerdictPart verdict) {}

    private record PlanPart(String name, String model) {}

    private record VerdictPart(List<Object> conditions) {}

    /**
     * Reads the record of a release.
     *
     * @param json a {@link RunResult}
     * @throws IOException when it is none
     */
    static Release read(byte[] json, Instant at) throws IOException {
        var published = ContractJson.MAPPER.readValue(json, Published.class);
        var report = published.report();
        var models = published.models();
        return new Release(
                report.run(),
                report.plan().model(),
                report.plan().name(),
                models.get(models.size() - 1).artifact().digest(),
                report.verdict().conditions().size(),
                published.approval(),
                at);
    }
}
