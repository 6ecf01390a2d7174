package io.pitlane.pipeline.worker;

import com.fasterxml.jackson.databind.JsonMappingException;
import io.pitlane.contract.ArtifactRef;
import io.pitlane.contract.ContractJson;
import io.pitlane.contract.DataPaths;
import io.pitlane.contract.Job;
import io.pitlane.contract.Problems;
import io.pitlane.contract.RunModel;
import io.pitlane.contract.StageName;
import io.pitlane.pipeline.event.EventType;
import java.io.IOException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads the messages of a jobs topic, and trusts none of them. */
final class JobReader {
    private final StageName stage;

    JobReader(StageName stage) {
        this.stage = stage;
    }

    /** A job of which everything is there and in range. */
    Job read(ConsumerRecord<String, byte[]> message) throws MalformedJobException {
        checkType(message, "job");
        var job = parse(message.value());
        check(job);
        return job;
    }

    /** Whether a message is what its topic carries, where it says what it is. */
    static void checkType(ConsumerRecord<String, byte[]> message, String expected)
            throws MalformedJobException {
        var other = EventType.other(message.headers(), expected);
        if (other.isPresent()) {
            throw new MalformedJobException(
                    "is of type '" + other.get() + "', which this service does not know",
                    null,
                    "Run services of one version only.");
        }
    }

    /** Whether everything of a job is there and in range. */
    void check(Job job) throws MalformedJobException {
        try {
            checkRun(job);
            checkPlan(job);
            checkStep(job);
            checkArtifacts(job);
        } catch (RuntimeException e) {
            throw new MalformedJobException("cannot be checked: " + e, job);
        }
    }

    private static Job parse(byte[] message) throws MalformedJobException {
        try {
            var job = message == null ? null : ContractJson.MAPPER.readValue(message, Job.class);
            if (job != null) {
                return job;
            }
        } catch (IOException | RuntimeException e) {
            throw new MalformedJobException("is no job: " + firstLine(e), null);
        }
        throw new MalformedJobException("is empty", null);
    }

    /** The first line of what is wrong, after the field where it is. */
    static String firstLine(Exception e) {
        var line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
            return "at " + field(mapping) + ": " + line;
        }
        return line;
    }

    private static String field(JsonMappingException e) {
        return e.getPath().stream()
                .map(
                        part ->
                                part.getFieldName() == null
                                        ? "[" + part.getIndex() + "]"
                                        : "." + part.getFieldName())
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }

    private static void checkRun(Job job) throws MalformedJobException {
        require(job.runId() != null && !job.runId().isBlank(), job, "names no run");
        require(job.submittedAt() != null, job, "does not say when the run was submitted");
    }

    private static void checkPlan(Job job) throws MalformedJobException {
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

    private void checkStep(Job job) throws MalformedJobException {
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

    private static void checkArtifacts(Job job) throws MalformedJobException {
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
            throws MalformedJobException {
        if (!holds) {
            throw new MalformedJobException(otherwise, job);
        }
    }
}
