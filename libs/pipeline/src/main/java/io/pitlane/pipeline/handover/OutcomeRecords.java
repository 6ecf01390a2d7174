package io.pitlane.pipeline.handover;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.plan.ReleaseMode;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.CachedResult;
import io.pitlane.contract.run.DeliveredModel;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.LineageEntry;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.run.RunState;
import io.pitlane.pipeline.cache.StepKeys;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.placement.JobPlacement;
import io.pitlane.pipeline.process.StepResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The records that each outcome of a job leads to. */
public final class OutcomeRecords {
    private final EventRecords events;
    private final JobPlacement placement;
    private final StepKeys keys;
    private final String codeVersion;

    /**
     * Records of one service.
     *
     * @param placement of the next jobs
     * @param keys of the step cache
     * @param codeVersion goes into the lineage
     */
    public OutcomeRecords(
            EventRecords events, JobPlacement placement, StepKeys keys, String codeVersion) {
        this.events = events;
        this.placement = placement;
        this.keys = keys;
        this.codeVersion = codeVersion;
    }

    /** The partition that the job after this one goes to. */
    OptionalInt nextPartition(Job job) {
        return placement.partition(job.plan().steps().get(job.step() + 1).stage(), job.runId());
    }

    /**
     * After a step that made a model: the next job, the run's new state, and the result for the
     * step cache.
     *
     * @param partition of the next job; empty for that of its key
     */
    List<ProducerRecord<String, byte[]>> newModel(
            Job job,
            OptionalInt partition,
            ArtifactRef artifact,
            StepResult.PackedModel model,
            Instant now) {
        var entry = lineageEntry(job, artifact, model);
        var made = new CachedResult(job.runId(), artifact, model.notes(), entry);
        var records = new ArrayList<>(nextJob(job, partition, made, false, now));
        records.add(events.cachedResult(keys.of(job), made));
        return List.copyOf(records);
    }

    /**
     * After a step that was not done, because its result was known: the next job, and the run's new
     * state.
     *
     * @param partition of the next job; empty for that of its key
     */
    List<ProducerRecord<String, byte[]>> knownModel(
            Job job, OptionalInt partition, CachedResult known, Instant now) {
        return nextJob(job, partition, known, true, now);
    }

    private List<ProducerRecord<String, byte[]>> nextJob(
            Job job, OptionalInt partition, CachedResult step, boolean cached, Instant now) {
        var models = new ArrayList<>(job.models());
        var label = job.plan().label(job.step());
        models.add(new RunModel(label, step.artifact(), step.notes(), cached));
        var lineage = new ArrayList<>(job.lineage());
        lineage.add(cached ? step.lineage().asCached() : step.lineage());
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
                events.job(next, partition),
                events.state(state(next, RunState.Status.RUNNING, null, now)),
                events.checkpointTombstone(job));
    }

    private LineageEntry lineageEntry(Job job, ArtifactRef artifact, StepResult.PackedModel model) {
        var inputs = new LinkedHashSet<String>();
        inputs.add(job.models().get(0).artifact().digest());
        inputs.add(job.models().get(job.models().size() - 1).artifact().digest());
        inputs.add(job.data().digest());
        return new LineageEntry(
                job.plan().steps().get(job.step()),
                codeVersion,
                List.copyOf(inputs),
                artifact.digest(),
                model.startedAt(),
                model.seconds(),
                model.findings());
    }

    /**
     * After the last step: the result, the release where it passed and needs no approval, and the
     * run's final state.
     */
    List<ProducerRecord<String, byte[]>> report(
            Job job, Report report, List<DeliveredModel> deliverables, Instant now) {
        var passed = report.verdict().passed();
        var result = new RunResult(report, job.models(), deliverables);
        var records = new ArrayList<ProducerRecord<String, byte[]>>();
        records.add(events.result(result));
        if (passed && job.plan().release() == ReleaseMode.AUTOMATIC) {
            records.add(events.released(result));
        }
        var status = passed ? RunState.Status.PASSED : RunState.Status.NOT_PASSED;
        var ended = state(job, status, null, now).toBuilder().deliverables(deliverables).build();
        records.add(events.state(ended));
        records.add(events.checkpointTombstone(job));
        return List.copyOf(records);
    }

    /** After a step that failed: the failure first, then the run's final state. */
    List<ProducerRecord<String, byte[]>> failure(Job job, Failure failure) {
        if (job.plan() == null || job.submittedAt() == null) {
            // Whoever lists runs relies on both in a state.
            return failureOnly(failure);
        }
        return List.of(
                events.failure(failure),
                events.state(state(job, RunState.Status.of(failure.kind()), failure, failure.at())),
                events.checkpointTombstone(job));
    }

    /** The failure without the run's state, which holds the plan and may be too large. */
    List<ProducerRecord<String, byte[]>> failureOnly(Failure failure) {
        return List.of(events.failure(failure));
    }

    private static RunState state(Job job, RunState.Status status, Failure failure, Instant now) {
        return RunState.builder()
                .runId(job.runId())
                .plan(job.plan())
                .status(status)
                .step(job.step())
                .data(job.data())
                .models(Optional.ofNullable(job.models()).orElse(List.of()))
                .failure(failure)
                .submittedAt(job.submittedAt())
                .updatedAt(now)
                .build();
    }
}
