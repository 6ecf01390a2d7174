package io.pitlane.gateway.plans;

import io.pitlane.contract.Topics;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.plan.InvalidPlanException;
import io.pitlane.contract.run.RegisteredPlan;
import io.pitlane.contract.validation.Problems;
import io.pitlane.gateway.artifacts.ArtifactLookup;
import io.pitlane.gateway.topics.CaughtUpView;
import io.pitlane.gateway.topics.EventProducer;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Registers and removes plans. When it returns, the change is committed to the topic and read by
 * this gateway; other gateways read it a moment later.
 */
@Singleton
public class PlanRegistration {
    private static final String NAME = "[A-Za-z0-9._-]{1,64}";

    private final ArtifactLookup artifacts;
    private final EventProducer producer;
    private final PlanRecords records;
    private final CaughtUpView view;
    private final Topics topics;

    PlanRegistration(
            ArtifactLookup artifacts, EventProducer producer, CaughtUpView view, Topics topics) {
        this.artifacts = artifacts;
        this.producer = producer;
        this.records = new PlanRecords(topics);
        this.view = view;
        this.topics = topics;
    }

    /**
     * Checks a plan and registers it, in place of the one before.
     *
     * @param text YAML or JSON
     * @param data digest of uploaded data; null when triggers bring their own
     * @throws InvalidPlanException naming everything that is wrong
     */
    public RegisteredPlan register(String model, String text, String data) {
        var found = new ArrayList<Problems.Problem>();
        var plan = SubmittedPlan.read(text, found);
        var problems = new Problems();
        problems.require(
                model.matches(NAME),
                "model",
                "must be 1 to 64 letters, digits, dots, dashes or underscores");
        if (data != null) {
            artifacts.require(data, ArtifactRef.Kind.DATA, "data", problems);
        }
        found.addAll(problems.found());
        if (!found.isEmpty()) {
            throw new InvalidPlanException(found);
        }
        var registered = new RegisteredPlan(model, plan, data, Instant.now());
        producer.publish(List.of(records.registered(registered)));
        view.awaitCaughtUp(topics.plans());
        return registered;
    }

    /** Removes the plan of a model; there may be none. */
    public void remove(String model) {
        producer.publish(List.of(records.removed(model)));
        view.awaitCaughtUp(topics.plans());
    }
}
