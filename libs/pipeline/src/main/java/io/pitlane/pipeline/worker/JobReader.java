package io.pitlane.pipeline.worker;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.plan.DataPaths;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.step.StageName;
import io.pitlane.contract.validation.Problems;
import io.pitlane.pipeline.handover.MalformedMessageException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads and validates jobs for one stage. */
final class JobReader {
    private final MessageReader<Job> messages = new MessageReader<>("job", Job.class);
    private final StageName stage;

    JobReader(StageName stage) {
        this.stage = stage;
    }

    /** A job that is complete and in range. */
    Job read(ConsumerRecord<String, byte[]> message) throws MalformedMessageException {
        var job = messages.read(message);
        check(job);
        return job;
    }

    /** Checks that a job is complete and in range. */
    void check(Job job) throws MalformedMessageException {
        try {
            checkRun(job);
            checkPlan(job);
            checkStep(job);
            checkArtifacts(job);
        } catch (RuntimeException e) {
            throw new MalformedMessageException("cannot be checked: " + e, job).causedBy(e);
        }
    }

    private static void checkRun(Job job) throws MalformedMessageException {
        require(job.runId() != null && !job.runId().isBlank(), job, "names no run");
        require(job.submittedAt() != null, job, "does not say when the run was submitted");
    }

    private static void checkPlan(Job job) throws MalformedMessageException {
        require(job.plan() != null, job, "has no plan");
        var problems = new Problems();
        job.plan().check(problems);
        if (problems.found().isEmpty()) {
            DataPaths.check(job.plan(), problems);
        }
        require(
                problems.found().isEmpty(),
                job,
                "has a plan that cannot run: "
                        + problems.found().stream()
                                .map(Problems.Problem::toString)
                                .collect(Collectors.joining("; ")));
    }

    private void checkStep(Job job) throws MalformedMessageException {
        var steps = job.plan().steps();
        require(
                job.step() >= 0 && job.step() < steps.size(),
                job,
                "asks for step " + job.step() + " of " + steps.size());
        var wanted = steps.get(job.step()).stage();
        require(
                wanted == stage,
                job,
                "is for " + wanted.label() + ", but this is " + stage.label());
    }

    private static void checkArtifacts(Job job) throws MalformedMessageException {
        require(isSound(job.data()), job, "has no sound reference to its data");
        require(job.models() != null && !job.models().isEmpty(), job, "has no model");
        for (var model : job.models()) {
            require(isSound(model), job, "has a model without a label or a sound reference");
        }
        require(
                job.lineage() != null && job.lineage().size() == job.models().size() - 1,
                job,
                "does not tell how each of its models came to be");
    }

    private static boolean isSound(RunModel model) {
        return model != null && model.label() != null && isSound(model.artifact());
    }

    private static boolean isSound(ArtifactRef ref) {
        return ref != null && ref.isSound();
    }

    private static void require(boolean holds, Job job, String otherwise)
            throws MalformedMessageException {
        if (!holds) {
            throw new MalformedMessageException(otherwise, job);
        }
    }
}
