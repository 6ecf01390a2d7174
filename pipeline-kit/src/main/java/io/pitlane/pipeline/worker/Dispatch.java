package io.pitlane.pipeline.worker;

import io.pitlane.contract.ArtifactRef;
import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.Job;
import io.pitlane.contract.StageName;
import io.pitlane.pipeline.artifact.ArtifactUpload;
import io.pitlane.pipeline.metrics.StageMetrics;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What each end that a message can come to puts on which topics, in one hand-over. */
final class Dispatch {
    private static final int LONGEST = 4_000;

    private final StageName stage;
    private final HandOver handOver;
    private final ArtifactUpload upload;
    private final Announcements announcements;
    private final DeadLetters deadLetters;
    private final StageMetrics metrics;

    Dispatch(
            StageName stage,
            HandOver handOver,
            ArtifactUpload upload,
            Announcements announcements,
            DeadLetters deadLetters,
            StageMetrics metrics) {
        this.stage = stage;
        this.handOver = handOver;
        this.upload = upload;
        this.announcements = announcements;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
    }

    /** See {@link HandOver#open}. */
    void open() {
        handOver.open();
    }

    void close() {
        handOver.close();
    }

    /**
     * A job is done; false when somebody else does it.
     *
     * @throws FailureException when what came of it is more than Kafka takes
     */
    boolean done(Claim claim, Job job, Workshop.Product product) {
        return metrics.handOver(
                () -> handOver.conclude(claim, producer -> write(producer, job, product)));
    }

    private void write(Producer<String, byte[]> producer, Job job, Workshop.Product product) {
        if (product instanceof Workshop.Made made) {
            var artifact = upload.send(producer, ArtifactRef.Kind.MODEL, made.packed());
            send(producer, announcements.made(job, artifact, made, Instant.now()));
        } else if (product instanceof Workshop.Measured measured) {
            send(producer, announcements.measured(job, measured.report(), Instant.now()));
        }
    }

    /** A job cannot be done. */
    boolean failed(Claim claim, Job job, FailureException why, String log) {
        var failure = failure(job, why, log.isEmpty() ? null : log);
        var ours =
                handOver.conclude(
                        claim, producer -> send(producer, announcements.failed(job, failure)));
        if (ours) {
            metrics.failed(why.kind());
        }
        return ours;
    }

    /** A message is no job. */
    boolean rejected(
            Claim claim, ConsumerRecord<String, byte[]> message, MalformedJobException why) {
        var ours =
                deadLetters.put(
                        handOver,
                        claim,
                        message,
                        why.getMessage(),
                        producer -> why.job().ifPresent(job -> send(producer, endOf(job, why))));
        if (ours) {
            metrics.deadLetter();
            why.job().ifPresent(job -> metrics.failed(Failure.Kind.INVALID_INPUT));
        }
        return ours;
    }

    private List<ProducerRecord<String, byte[]>> endOf(Job job, MalformedJobException why) {
        var exception =
                FailureException.invalidInput(
                        "The job " + why.getMessage() + ".",
                        "Submit the plan through the gateway, which checks it.");
        return announcements.failed(job, failure(job, exception, null));
    }

    private Failure failure(Job job, FailureException why, String log) {
        return new Failure(
                job.runId(),
                job.step(),
                stage,
                why.kind(),
                shortened(why.getMessage()),
                why.action(),
                log,
                Instant.now());
    }

    /** A failure that is larger than Kafka takes would be a failure that nobody learns of. */
    private static String shortened(String message) {
        return message.length() <= LONGEST ? message : message.substring(0, LONGEST) + "...";
    }

    private static void send(
            Producer<String, byte[]> producer, List<ProducerRecord<String, byte[]>> records) {
        records.forEach(producer::send);
    }
}
