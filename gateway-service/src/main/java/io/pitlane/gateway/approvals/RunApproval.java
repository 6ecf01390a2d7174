package io.pitlane.gateway.approvals;

import io.pitlane.contract.Topics;
import io.pitlane.contract.plan.ReleaseMode;
import io.pitlane.contract.run.Approval;
import io.pitlane.contract.run.Approval.Decision;
import io.pitlane.contract.run.RunState;
import io.pitlane.gateway.errors.ApiException;
import io.pitlane.gateway.runs.RunRegistry;
import io.pitlane.gateway.runs.UnknownRunException;
import io.pitlane.gateway.security.Visitor;
import io.pitlane.gateway.topics.CaughtUpView;
import io.pitlane.gateway.topics.EventProducer;
import io.pitlane.pipeline.event.EventRecords;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Takes decisions on candidates. A decision is published for {@link ApprovalHandler}, which runs in
 * one gateway at a time; this one waits until it reads what became of it.
 */
@Singleton
public class RunApproval {
    /** Longer than another gateway takes over from one that died. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RunRegistry runs;
    private final CaughtUpView view;
    private final EventProducer producer;
    private final EventRecords events;
    private final Visitor visitor;
    private final Topics topics;

    RunApproval(
            RunRegistry runs,
            CaughtUpView view,
            EventProducer producer,
            EventRecords events,
            Visitor visitor,
            Topics topics) {
        this.runs = runs;
        this.view = view;
        this.producer = producer;
        this.events = events;
        this.visitor = visitor;
        this.topics = topics;
    }

    /**
     * Approves or rejects the candidate of a run in the name of whoever sent the request; to repeat
     * a decision changes nothing.
     *
     * @param decision {@code approve} or {@code reject}
     * @param reason why, not blank
     * @return the state of the run with its decision; without one when that takes longer than
     *     {@link #PATIENCE}, although the request is stored
     * @throws ApiException 400 for no such decision or a bad reason, 404 for an unknown run, 409
     *     when the run waits for no decision, or another one was earlier, 410 when its report has
     *     expired
     * @throws io.pitlane.contract.failure.FailureException INTERNAL when Kafka did not confirm
     */
    public RunState decide(String runId, String decision, String reason) {
        var wanted = ApprovalFields.decision(decision);
        var why = ApprovalFields.reason(reason);
        var state =
                view.find(topics.runs(), () -> runs.state(runId))
                        .orElseThrow(() -> new UnknownRunException(runId));
        if (state.approval() == null) {
            requireWaiting(state);
            state = publish(state, new Approval(runId, wanted, visitor.name(), why, Instant.now()));
        }
        return sameAs(wanted, state);
    }

    private RunState publish(RunState waiting, Approval approval) {
        var decided = runs.when(waiting.runId(), run -> run.approval() != null);
        try {
            producer.publish(List.of(events.approval(approval)));
            return decided.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return waiting;
        } catch (ExecutionException | TimeoutException e) {
            return waiting;
        } finally {
            decided.cancel(false);
        }
    }

    private void requireWaiting(RunState run) {
        if (run.plan().release() != ReleaseMode.MANUAL) {
            throw conflict(
                    "The plan of run '" + run.runId() + "' asks for no approval.",
                    "A candidate that passes is released at once; 'release: manual' in a plan"
                            + " changes that.");
        }
        if (!run.status().ended()) {
            throw conflict(
                    "Run '" + run.runId() + "' is still running.",
                    "Wait for its verdict: watch GET /api/runs/{id}/events.");
        }
        if (!run.awaitsApproval()) {
            throw conflict(
                    "Run '%s' ended as %s: there is no candidate to release."
                            .formatted(run.runId(), run.status().title()),
                    "Approve a run that passed.");
        }
        if (runs.result(run.runId()).isEmpty()) {
            throw new ApiException(
                    Status.GONE,
                    "The report of run '" + run.runId() + "' has expired.",
                    "Submit the plan again.");
        }
    }

    private static RunState sameAs(Decision wanted, RunState state) {
        var approval = state.approval();
        if (approval != null && approval.decision() != wanted) {
            throw conflict(
                    "The candidate of run '%s' was %s by %s at %s: %s"
                            .formatted(
                                    state.runId(),
                                    approval.decision().participle(),
                                    approval.by(),
                                    approval.at(),
                                    approval.reason()),
                    "The first decision counts. Submit the plan again for another candidate.");
        }
        return state;
    }

    private static ApiException conflict(String message, String action) {
        return new ApiException(Status.CONFLICT, message, action);
    }
}
