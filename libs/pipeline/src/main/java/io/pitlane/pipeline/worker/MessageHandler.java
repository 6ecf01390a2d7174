package io.pitlane.pipeline.worker;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.pipeline.consumer.Claim;
import io.pitlane.pipeline.handover.HandOver;
import io.pitlane.pipeline.handover.MalformedMessageException;
import io.pitlane.pipeline.handover.WorkTrace;
import io.pitlane.pipeline.metrics.StageMetrics.Outcome;
import io.pitlane.pipeline.process.JobRunner;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What jobs and trials do differently under a {@link MessageWorker}. Every method may throw {@link
 * org.apache.kafka.common.KafkaException}; the message is then processed again.
 *
 * @param <M> the message
 * @param <R> the result of the work on it
 */
interface MessageHandler<M, R> {

    /** Runs the children; its work folder is emptied when the service starts. */
    JobRunner runner();

    /** Commits outcomes. */
    HandOver handOver();

    /** How long the work on one message may take. */
    Duration deadline();

    /** Parses and validates a message. */
    M read(ConsumerRecord<String, byte[]> message) throws MalformedMessageException;

    /** The run that a message belongs to. */
    String runId(M message);

    /** What a message asks for, as the subject of a sentence in the log. */
    String describe(M message);

    /** Whether nobody waits for the result, before the work is begun. */
    boolean isObsolete(M message);

    /**
     * Hands over that nobody waits for the result of a message.
     *
     * @param trace of the work on it so far
     * @return false when the claim is not held
     */
    boolean dismiss(Claim claim, M message, WorkTrace trace);

    /** The work on a message, not started. */
    Execution<R> execution(Claim claim, M message);

    /**
     * Hands the result over.
     *
     * @return false when the claim is not held
     * @throws FailureException when it is larger than Kafka takes
     */
    boolean publish(Claim claim, M message, R result);

    /** As what a result counts that was handed over. */
    Outcome outcome(R result);

    /**
     * Hands a failure over.
     *
     * @param trace of the work
     * @param duration of the work
     * @return false when the claim is not held
     */
    boolean publishFailure(
            Claim claim, M message, FailureException failure, WorkTrace trace, Duration duration);

    /**
     * Hands a malformed message over to the dead letters.
     *
     * @return false when the claim is lost
     */
    boolean reject(
            Claim claim, ConsumerRecord<String, byte[]> message, MalformedMessageException why);

    /** Called after the work on each message, unless Kafka failed. */
    void cleanUp();

    /** Counts a message. */
    void count(Outcome outcome, Duration duration);
}
