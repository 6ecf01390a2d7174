package io.pitlane.gateway.runs;

import io.pitlane.contract.ArtifactRef;
import io.pitlane.contract.InvalidPlanException;
import io.pitlane.contract.Job;
import io.pitlane.contract.Plan;
import io.pitlane.contract.PlanReader;
import io.pitlane.contract.Problems;
import io.pitlane.contract.RunModel;
import io.pitlane.contract.RunRequest;
import io.pitlane.contract.RunState;
import io.pitlane.gateway.artifacts.ArtifactIndex;
import io.pitlane.gateway.topics.EventProducer;
import io.pitlane.pipeline.event.EventRecords;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * Starts a run: checks everything the door can know, then publishes the first job and the first
 * state together, so that there is never one without the other.
 */
@Singleton
class Submission {
    private final ArtifactIndex artifacts;
    private final EventRecords events;
    private final EventProducer producer;
    private final RunRegistry runs;

    Submission(
            ArtifactIndex artifacts,
            EventRecords events,
            EventProducer producer,
            RunRegistry runs) {
        this.artifacts = artifacts;
        this.events = events;
        this.producer = producer;
        this.runs = runs;
    }

    /**
     * Checks a request and starts its run.
     *
     * @return the run's first state
     * @throws InvalidPlanException naming everything that is wrong with the request
     */
    RunState submit(RunRequest request) {
        var accepted = check(request);
        var job = firstJob(accepted);
        var state = firstState(job);
        producer.publish(List.of(events.job(job), events.state(state)));
        runs.accept(state);
        return state;
    }

    private record Accepted(Plan plan, ArtifactRef model, ArtifactRef data) {}

    private Accepted check(RunRequest request) {
        var found = new ArrayList<Problems.Problem>();
        var plan = plan(request, found);
        var problems = new Problems();
        if (plan != null) {
            DataPaths.check(plan.data(), problems);
            DataPaths.check(plan.steps(), problems);
        }
        var model = artifact(request.model(), ArtifactRef.Kind.MODEL, problems);
        var data = artifact(request.data(), ArtifactRef.Kind.DATA, problems);
        found.addAll(problems.found());
        if (!found.isEmpty()) {
            throw new InvalidPlanException(found);
        }
        return new Accepted(plan, model, data);
    }

    private static Plan plan(RunRequest request, List<Problems.Problem> found) {
        if (request.plan() == null || request.plan().isBlank()) {
            found.add(new Problems.Problem("plan", "is missing; send the plan's text"));
            return null;
        }
        try {
            return PlanReader.read(request.plan());
        } catch (InvalidPlanException e) {
            found.addAll(e.problems());
            return null;
        }
    }

    private ArtifactRef artifact(String digest, ArtifactRef.Kind kind, Problems problems) {
        var field = kind.name().toLowerCase(Locale.ROOT);
        if (!problems.present(digest, field, "name the digest of the uploaded " + field)) {
            return null;
        }
        var known = artifacts.find(digest);
        problems.require(
                known.isPresent(),
                field,
                "there is no artifact with digest '" + digest + "'; upload it first");
        known.ifPresent(
                ref ->
                        problems.require(
                                ref.kind() == kind,
                                field,
                                "'"
                                        + digest
                                        + "' was uploaded as another kind; upload it as "
                                        + field));
        return known.orElse(null);
    }

    private static Job firstJob(Accepted accepted) {
        var original = new RunModel(RunModel.ORIGINAL, accepted.model(), List.of());
        return new Job(
                UUID.randomUUID().toString(),
                accepted.plan(),
                0,
                accepted.data(),
                List.of(original),
                List.of(),
                Instant.now());
    }

    private static RunState firstState(Job job) {
        return new RunState(
                job.runId(),
                job.plan(),
                RunState.Status.RUNNING,
                0,
                job.models(),
                null,
                job.submittedAt(),
                job.submittedAt());
    }
}
