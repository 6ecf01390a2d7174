package io.pitlane.pipeline.worker;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.search.Trial;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.pipeline.consumer.Claim;
import io.pitlane.pipeline.event.DeadLetterRecords;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.handover.HandOver;
import io.pitlane.pipeline.handover.MalformedMessageException;
import io.pitlane.pipeline.handover.WorkTrace;
import io.pitlane.pipeline.metrics.StageMetrics.Outcome;
import io.pitlane.pipeline.process.JobRunner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Trials: a result is a score, and so is a failure. */
final class TrialHandler implements MessageHandler<Trial, TrialScore>, AutoCloseable {
    private static final int MAX_FAILURE_LENGTH = 2_000;

    private final TrialReader reader;
    private final TrialExecution.Services services;
    private final HandOver handOver;
    private final EventRecords events;
    private final DeadLetterRecords deadLetters;
    private final Duration deadline;

    TrialHandler(
            TrialReader reader,
            TrialExecution.Services services,
            HandOver handOver,
            EventRecords events,
            DeadLetterRecords deadLetters,
            Duration deadline) {
        this.reader = reader;
        this.services = services;
        this.handOver = handOver;
        this.events = events;
        this.deadLetters = deadLetters;
        this.deadline = deadline;
    }

    @Override
    public JobRunner runner() {
        return services.runner();
    }

    @Override
    public HandOver handOver() {
        return handOver;
    }

    @Override
    public Duration deadline() {
        return deadline;
    }

    @Override
    public Trial read(ConsumerRecord<String, byte[]> message) throws MalformedMessageException {
        return reader.read(message);
    }

    @Override
    public String runId(Trial trial) {
        return trial.job().runId();
    }

    @Override
    public String describe(Trial trial) {
        return "Run " + trial.job().runId() + ", trial " + trial.number();
    }

    @Override
    public boolean isObsolete(Trial trial) {
        return services.cancellations().isCancelled(runId(trial))
                || services.settled().isSettled(trial);
    }

    @Override
    public boolean dismiss(Claim claim, Trial trial, WorkTrace trace) {
        return handOver.commit(claim, producer -> {});
    }

    @Override
    public Execution<TrialScore> execution(Claim claim, Trial trial) {
        return new TrialExecution(services, claim, trial);
    }

    @Override
    public boolean publish(Claim claim, Trial trial, TrialScore score) {
        return publish(claim, score);
    }

    @Override
    public Outcome outcome(TrialScore score) {
        return score.failure() == null ? Outcome.DONE : Outcome.FAILED;
    }

    private boolean publish(Claim claim, TrialScore score) {
        var record = events.score(score);
        return handOver.commit(claim, producer -> producer.send(record));
    }

    @Override
    public boolean publishFailure(
            Claim claim,
            Trial trial,
            FailureException failure,
            WorkTrace trace,
            Duration duration) {
        var score = TrialScore.failed(trial, shorten(failure.getMessage()));
        var seconds = duration.toMillis() / 1000.0;
        return publish(claim, score.by(services.replica(), seconds, Instant.now()));
    }

    @Override
    public boolean reject(
            Claim claim, ConsumerRecord<String, byte[]> message, MalformedMessageException why) {
        // Without a score, the search would wait for this trial.
        var score = score(message.key(), why);
        var alternatives = new ArrayList<HandOver.Writes>();
        for (var letter : deadLetters.alternatives(message, why.getMessage())) {
            alternatives.add(
                    producer -> {
                        producer.send(letter);
                        score.ifPresent(producer::send);
                    });
        }
        var committed = handOver.commitFirstAccepted(claim, alternatives);
        if (committed) {
            services.metrics().deadLetter();
        }
        return committed;
    }

    private Optional<ProducerRecord<String, byte[]>> score(
            String key, MalformedMessageException why) {
        return TrialScore.unreadable(key, "The trial " + shorten(why.getMessage()) + ".")
                .map(score -> score.by(services.replica(), 0, Instant.now()))
                .map(events::score);
    }

    private static String shorten(String reason) {
        return reason.length() <= MAX_FAILURE_LENGTH
                ? reason
                : reason.substring(0, MAX_FAILURE_LENGTH) + "...";
    }

    @Override
    public void cleanUp() {
        // The next trial of the search finds the unpacked inputs.
    }

    @Override
    public void count(Outcome outcome, Duration duration) {
        services.metrics().trial(outcome, duration);
    }

    @Override
    public void close() {
        services.settled().close();
        handOver.close();
    }
}
