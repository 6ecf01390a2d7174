package io.pitlane.pipeline.handover;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.run.DeliveredModel;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.artifact.ArtifactUpload;
import io.pitlane.pipeline.consumer.Claim;
import io.pitlane.pipeline.event.DeadLetterRecords;
import io.pitlane.pipeline.metrics.StageMetrics;
import io.pitlane.pipeline.process.StepResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Publishes the outcome of a job: its result, its failure, or its rejection. */
public final class OutcomePublisher {
    private static final int MAX_MESSAGE_LENGTH = 4_000;

    private final StageName stage;
    private final HandOver handOver;
    private final ArtifactUpload upload;
    private final OutcomeRecords records;
    private final DeadLetterRecords deadLetters;
    private final StageMetrics metrics;

    /** A publisher for the jobs of one stage. */
    public OutcomePublisher(
            StageName stage,
            HandOver handOver,
            ArtifactUpload upload,
            OutcomeRecords records,
            DeadLetterRecords deadLetters,
            StageMetrics metrics) {
        this.stage = stage;
        this.handOver = handOver;
        this.upload = upload;
        this.records = records;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
    }

    /**
     * Publishes the result of a job.
     *
     * @return false when the claim is lost: another replica processes the job
     * @throws FailureException when the records are larger than Kafka takes
     */
    public boolean publish(Claim claim, Job job, StepResult result) {
        return metrics.handOver(() -> handOver.commit(claim, bytes(result), writes(job, result)));
    }

    private static long bytes(StepResult result) {
        if (result instanceof StepResult.PackedModel model) {
            return model.file().toFile().length();
        }
        if (result instanceof StepResult.KnownModel) {
            return 0;
        }
        return ((StepResult.FinalReport) result)
                .deliverables().stream().mapToLong(d -> d.file().toFile().length()).sum();
    }

    private HandOver.Writes writes(Job job, StepResult result) {
        if (result instanceof StepResult.PackedModel model) {
            // Not within the transaction, which holds back all readers as long as it is open.
            var partition = records.nextPartition(job);
            return producer -> {
                var sent = upload.send(producer, ArtifactRef.Kind.MODEL, model.file());
                var artifact = sent.toBuilder().unpackedBytes(model.unpackedBytes()).build();
                send(producer, records.newModel(job, partition, artifact, model, Instant.now()));
            };
        }
        if (result instanceof StepResult.KnownModel known) {
            var partition = records.nextPartition(job);
            return producer ->
                    send(producer, records.knownModel(job, partition, known.step(), Instant.now()));
        }
        var last = (StepResult.FinalReport) result;
        return producer -> {
            var delivered =
                    last.deliverables().stream()
                            .map(deliverable -> deliver(producer, job, deliverable))
                            .toList();
            send(producer, records.report(job, last.report(), delivered, Instant.now()));
        };
    }

    /** Bytes that are in the log as a model of the run are not sent again. */
    private DeliveredModel deliver(
            Producer<String, byte[]> producer, Job job, StepResult.DeliverableFile deliverable) {
        var artifact =
                job.models().stream()
                        .map(RunModel::artifact)
                        .filter(known -> known.digest().equals(deliverable.digest()))
                        .findFirst()
                        .orElseGet(() -> send(producer, deliverable));
        return new DeliveredModel(deliverable.format(), deliverable.sizeBytes(), artifact);
    }

    private ArtifactRef send(
            Producer<String, byte[]> producer, StepResult.DeliverableFile deliverable) {
        var kind =
                deliverable.unpackedBytes() == 0 ? ArtifactRef.Kind.EXPORT : ArtifactRef.Kind.MODEL;
        return upload.send(producer, kind, deliverable.file()).toBuilder()
                .unpackedBytes(deliverable.unpackedBytes())
                .build();
    }

    /**
     * Publishes the failure of a job.
     *
     * @param trace of the work
     * @return false when the claim is lost: another replica processes the job
     */
    public boolean publishFailure(Claim claim, Job job, FailureException why, WorkTrace trace) {
        var failure = failure(job.runId(), job.step(), why, trace);
        var committed =
                handOver.commitFirstAccepted(
                        claim,
                        List.of(
                                producer -> send(producer, records.failure(job, failure)),
                                producer -> send(producer, records.failureOnly(failure))));
        if (committed) {
            metrics.failed(why.kind());
        }
        return committed;
    }

    /**
     * Publishes a malformed message as a dead letter, and the failure of its run where that is
     * known.
     *
     * @return false when the claim is lost: another replica processes the message
     */
    public boolean reject(
            Claim claim, ConsumerRecord<String, byte[]> message, MalformedMessageException why) {
        var failure = failure(message, why);
        var failureOnly = failure.stream().limit(1).toList();
        var letters = deadLetters.alternatives(message, why.getMessage());
        var alternatives = new ArrayList<HandOver.Writes>();
        alternatives.add(writes(letters.get(0), failure));
        letters.forEach(letter -> alternatives.add(writes(letter, failureOnly)));
        var committed = handOver.commitFirstAccepted(claim, alternatives);
        if (committed) {
            metrics.deadLetter();
            failureOnly.forEach(record -> metrics.failed(Failure.Kind.INVALID_INPUT));
        }
        return committed;
    }

    private static HandOver.Writes writes(
            ProducerRecord<String, byte[]> letter, List<ProducerRecord<String, byte[]>> failure) {
        return producer -> {
            producer.send(letter);
            send(producer, failure);
        };
    }

    private List<ProducerRecord<String, byte[]>> failure(
            ConsumerRecord<String, byte[]> message, MalformedMessageException why) {
        var exception =
                FailureException.invalidInput("The job " + why.getMessage() + ".", why.action());
        var job = why.job();
        if (job.isPresent()) {
            var failure = failure(job.get().runId(), job.get().step(), exception, WorkTrace.NONE);
            return records.failure(job.get(), failure);
        }
        // The key of a job is its run, which would otherwise never end.
        return isRunId(message.key())
                ? records.failureOnly(failure(message.key(), 0, exception, WorkTrace.NONE))
                : List.of();
    }

    private static boolean isRunId(String key) {
        try {
            return key != null && UUID.fromString(key).toString().equals(key);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Failure failure(String runId, int step, FailureException why, WorkTrace trace) {
        return new Failure(
                runId,
                step,
                stage,
                why.kind(),
                shorten(why.getMessage()),
                why.action(),
                trace.log().isEmpty() ? null : trace.log(),
                trace.losses(),
                Instant.now());
    }

    /** A failure that is larger than Kafka takes would never be published. */
    private static String shorten(String message) {
        return message.length() <= MAX_MESSAGE_LENGTH
                ? message
                : message.substring(0, MAX_MESSAGE_LENGTH) + "...";
    }

    private static void send(
            Producer<String, byte[]> producer, List<ProducerRecord<String, byte[]>> records) {
        records.forEach(producer::send);
    }
}
