package io.pitlane.gateway.releases;

import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.Approval;
import java.time.Instant;

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

    static Release of(RunResult result, Instant at) {
        var report = result.report();
        var models = result.models();
        return new Release(
                report.run(),
                report.plan().model(),
                report.plan().name(),
                models.get(models.size() - 1).artifact().digest(),
                report.verdict().conditions().size(),
                result.approval(),
                at);
    }
}
