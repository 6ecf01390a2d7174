package io.pitlane.pipeline.worker;

import io.pitlane.contract.ArtifactRef;
import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.Job;
import io.pitlane.contract.StageName;
import io.pitlane.pipeline.artifact.ArtifactUpload;
import io.pitlane.pipeline.event.DeadLetterRecords;
import io.pitlane.pipeline.metrics.StageMetrics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
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
    private final DeadLetterRecords deadLetters;
    private final StageMetrics metrics;

    Dispatch(
            StageName stage,
            HandOver handOver,
            ArtifactUpload upload,
            Announcements announcements,
            DeadLetterRecords deadLetters,
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
                () ->
                        handOver.conclude(
                                claim, bytes(product), producer -> write(producer, job, product)));
    }

    private static long bytes(Workshop.Product product) {
        return product instanceof Workshop.Made made ? made.packed().toFile().length() : 0;
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
        var failure = failure(job.runId(), job.step(), why, log.isEmpty() ? null : log);
        var ours =
                handOver.conclude(
                        claim,
                        List.of(
                                producer -> send(producer, announcements.failed(job, failure)),
                                producer -> send(producer, announcements.failed(failure))));
        if (ours) {
            metrics.failed(why.kind());
        }
        return ours;
    }

    /** A message is no job; the run that it belongs to, where that can be told, ends. */
    boolean rejected(
            Claim claim, ConsumerRecord<String, byte[]> message, MalformedJobException why) {
        var end = end(message, why);
        var failureAlone = end.stream().limit(1).toList();
        var letters = deadLetters.forms(message, why.getMessage());
        var forms = new ArrayList<HandOver.Writes>();
        forms.add(writes(letters.get(0), end));
        letters.forEach(letter -> forms.add(writes(letter, failureAlone)));
        var ours = handOver.conclude(claim, forms);
        if (ours) {
            metrics.deadLetter();
            end.stream().limit(1).forEach(failure -> metrics.failed(Failure.Kind.INVALID_INPUT));
        }
        return ours;
    }

    private static HandOver.Writes writes(
            ProducerRecord<String, byte[]> letter, List<ProducerRecord<String, byte[]>> end) {
        return producer -> {
            producer.send(letter);
            send(producer, end);
        };
    }

    private List<ProducerRecord<String, byte[]>> end(
            ConsumerRecord<String, byte[]> message, MalformedJobException why) {
        var exception =
                FailureException.invalidInput("The job " + why.getMessage() + ".", why.action());
        var job = why.job();
        if (job.isPresent()) {
            var failure = failure(job.get().runId(), job.get().step(), exception, null);
            return announcements.failed(job.get(), failure);
        }
        // Jobs are keyed by their run: without a word, it would be at work for ever.
        return isRun(message.key())
                ? announcements.failed(failure(message.key(), 0, exception, null))
                : List.of();
    }

    private static boolean isRun(String key) {
        try {
            return key != null && UUID.fromString(key).toString().equals(key);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Failure failure(String runId, int step, FailureException why, String log) {
        return new Failure(
                runId,
                step,
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
