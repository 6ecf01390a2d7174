package io.pitlane.pipeline.worker;

import io.pitlane.contract.ArtifactRef;
import io.pitlane.contract.Failure;
import io.pitlane.contract.Job;
import io.pitlane.contract.LineageEntry;
import io.pitlane.contract.Report;
import io.pitlane.contract.RunModel;
import io.pitlane.contract.RunResult;
import io.pitlane.contract.RunState;
import io.pitlane.pipeline.event.EventRecords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What is said on which topics when a job comes to its end. */
final class Announcements {
    private final EventRecords events;
    private final String codeVersion;

    Announcements(EventRecords events, String codeVersion) {
        this.events = events;
        this.codeVersion = codeVersion;
    }

    /** A model was made: the next job, and the run one step further. */
    List<ProducerRecord<String, byte[]>> made(
            Job job, ArtifactRef artifact, Workshop.Made made, Instant now) {
        var models = new ArrayList<>(job.models());
        models.add(new RunModel(job.plan().label(job.step()), artifact, made.notes()));
        var lineage = new ArrayList<>(job.lineage());
        lineage.add(entry(job, artifact, made));
        var next =
                new Job(
                        job.runId(),
                        job.plan(),
                        job.step() + 1,
                        job.data(),
                        models,
                        lineage,
                        job.submittedAt());
        return List.of(
                events.job(next),
                events.state(state(next, RunState.Status.RUNNING, null, now)),
                events.noCheckpoint(job));
    }

    private LineageEntry entry(Job job, ArtifactRef artifact, Workshop.Made made) {
        var inputs = new LinkedHashSet<String>();
        inputs.add(job.models().get(0).artifact().digest());
        inputs.add(job.models().get(job.models().size() - 1).artifact().digest());
        inputs.add(job.data().digest());
        return new LineageEntry(
                job.plan().steps().get(job.step()),
                codeVersion,
                List.copyOf(inputs),
                artifact.digest(),
                made.startedAt(),
                made.seconds());
    }

    /** The run was measured: its result, and its end. */
    List<ProducerRecord<String, byte[]>> measured(Job job, Report report, Instant now) {
        var passed = report.verdict().passed();
        var result = new RunResult(report, job.models());
        var said = new ArrayList<ProducerRecord<String, byte[]>>();
        said.add(events.result(result));
        if (passed) {
            said.add(events.released(result));
        }
        var status = passed ? RunState.Status.PASSED : RunState.Status.NOT_PASSED;
        said.add(events.state(state(job, status, null, now)));
        said.add(events.noCheckpoint(job));
        return List.copyOf(said);
    }

    /** The run ends without a result; the failure comes first. */
    List<ProducerRecord<String, byte[]>> failed(Job job, Failure failure) {
        if (job.plan() == null || job.submittedAt() == null) {
            // No state to show: whoever lists runs counts on both.
            return failed(failure);
        }
        return List.of(
                events.failure(failure),
                events.state(state(job, RunState.Status.FAILED, failure, failure.at())),
                events.noCheckpoint(job));
    }

    /** The same, in short: the failure alone. */
    List<ProducerRecord<String, byte[]>> failed(Failure failure) {
        return List.of(events.failure(failure));
    }

    private static RunState state(Job job, RunState.Status status, Failure failure, Instant now) {
        return new RunState(
                job.runId(),
                job.plan(),
                status,
                job.step(),
                Optional.ofNullable(job.models()).orElse(List.of()),
                failure,
                job.submittedAt(),
                now);
    }
}
