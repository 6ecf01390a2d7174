package io.pitlane.gateway.triggers;

import io.pitlane.contract.Topics;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.plan.InvalidPlanException;
import io.pitlane.contract.run.RegisteredPlan;
import io.pitlane.contract.validation.Excerpt;
import io.pitlane.contract.validation.Problems;
import io.pitlane.gateway.artifacts.ArtifactLookup;
import io.pitlane.gateway.errors.ApiException;
import io.pitlane.gateway.plans.PlanRegistry;
import io.pitlane.gateway.runs.NewRun;
import io.pitlane.gateway.topics.CaughtUpView;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response.Status;
import java.util.stream.Collectors;

/** Resolves a trigger to the run of the plan that is registered for its model. */
@Singleton
class TriggerResolver {
    private final PlanRegistry plans;
    private final ArtifactLookup artifacts;
    private final CaughtUpView view;
    private final Topics topics;

    TriggerResolver(
            PlanRegistry plans, ArtifactLookup artifacts, CaughtUpView view, Topics topics) {
        this.plans = plans;
        this.artifacts = artifacts;
        this.view = view;
        this.topics = topics;
    }

    /**
     * The run that a trigger starts.
     *
     * @throws ApiException 404 when no plan is registered for the model
     * @throws InvalidPlanException when its model or data do not exist
     */
    NewRun resolve(ReceivedTrigger received) {
        var trigger = received.trigger();
        var registered =
                view.find(topics.plans(), () -> plans.find(trigger.model()))
                        .orElseThrow(() -> unknown(trigger.model()));
        var problems = new Problems();
        // A newer gateway may be stricter than the one that registered the plan.
        registered.plan().check(problems);
        var model =
                artifacts.require(trigger.artifact(), ArtifactRef.Kind.MODEL, "artifact", problems);
        var data = data(trigger.data(), registered, problems);
        if (!problems.found().isEmpty()) {
            throw new InvalidPlanException(problems.found());
        }
        return NewRun.of(received.runId().toString(), registered.plan(), model, data);
    }

    private ArtifactRef data(String own, RegisteredPlan registered, Problems problems) {
        if (own != null) {
            return artifacts.require(own, ArtifactRef.Kind.DATA, "data", problems);
        }
        if (registered.data() == null) {
            problems.at("data")
                    .add(
                            "is missing; the plan of '"
                                    + registered.model()
                                    + "' is registered without data, so name the digest of uploaded"
                                    + " data");
            return null;
        }
        return artifacts.require(
                registered.data(), ArtifactRef.Kind.DATA, "data of the registered plan", problems);
    }

    private ApiException unknown(String model) {
        var known =
                plans.all().stream()
                        .map(RegisteredPlan::model)
                        .limit(20)
                        .collect(Collectors.joining(", "));
        return new ApiException(
                Status.NOT_FOUND,
                "There is no plan registered for a model '" + Excerpt.of(model) + "'.",
                known.isEmpty()
                        ? "Register one with PUT /api/plans/{model} or 'pitlane register'."
                        : "There are plans for " + known + "; 'pitlane register' adds one.");
    }
}
