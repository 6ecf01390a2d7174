package io.pitlane.gateway.runs;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.plan.InvalidPlanException;
import io.pitlane.contract.run.RunRequest;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.validation.Problems;
import io.pitlane.gateway.artifacts.ArtifactLookup;
import io.pitlane.gateway.plans.SubmittedPlan;
import io.pitlane.gateway.topics.EventProducer;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.placement.JobPlacement;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Validates a run request and starts its run: publishes the first job and state. */
@Singleton
class RunSubmission {
    private final ArtifactLookup artifacts;
    private final EventRecords events;
    private final JobPlacement placement;
    private final EventProducer producer;
    private final RunRegistry runs;
    private final RunCapacity capacity;

    RunSubmission(
            ArtifactLookup artifacts,
            EventRecords events,
            JobPlacement placement,
            EventProducer producer,
            RunRegistry runs,
            RunCapacity capacity) {
        this.artifacts = artifacts;
        this.events = events;
        this.placement = placement;
        this.producer = producer;
        this.runs = runs;
        this.capacity = capacity;
    }

    /**
     * Checks a request and starts its run.
     *
     * @return the run's first state
     * @throws InvalidPlanException naming every problem of the request
     * @throws io.pitlane.gateway.errors.ApiException 429 when too many runs are active
     */
    RunState submit(RunRequest request) {
        var run = check(request);
        capacity.requireFree();
        producer.publish(
                List.of(
                        events.job(run.job(), placement.partition(run.job())),
                        events.state(run.state())));
        runs.accept(run.state());
        return run.state();
    }

    private NewRun check(RunRequest request) {
        var found = new ArrayList<Problems.Problem>();
        var plan = SubmittedPlan.read(request.plan(), found);
        var problems = new Problems();
        var model = artifacts.require(request.model(), ArtifactRef.Kind.MODEL, "model", problems);
        var data = artifacts.require(request.data(), ArtifactRef.Kind.DATA, "data", problems);
        found.addAll(problems.found());
        if (!found.isEmpty()) {
            throw new InvalidPlanException(found);
        }
        var cache = Optional.ofNullable(request.cache()).orElse(plan.cache());
        return NewRun.of(
                UUID.randomUUID().toString(), plan.toBuilder().cache(cache).build(), model, data);
    }
}
