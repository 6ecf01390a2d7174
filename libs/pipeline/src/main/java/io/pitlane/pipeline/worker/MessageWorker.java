package io.pitlane.pipeline.worker;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.pipeline.consumer.Claim;
import io.pitlane.pipeline.consumer.ConsumerLifecycle;
import io.pitlane.pipeline.consumer.InFlightWork;
import io.pitlane.pipeline.files.DiskSpace;
import io.pitlane.pipeline.handover.MalformedMessageException;
import io.pitlane.pipeline.handover.WorkTrace;
import io.pitlane.pipeline.metrics.StageMetrics.Outcome;
import io.pitlane.pipeline.topics.AccessCheck;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Processes the messages of one channel, one at a time. Each message ends in a result, a failure or
 * a dead letter, handed over together with its offset: neither malformed messages nor failed work
 * stop the worker. Only a {@link KafkaException} leaves it, and has the message processed again;
 * one during the hand-over has only the hand-over tried again.
 *
 * <p>The work may be done more than once, as after a kill; its outcome is handed over exactly once.
 *
 * @param <M> the messages
 * @param <R> the results
 */
final class MessageWorker<M, R> {
    private static final Logger LOG = Logger.getLogger(MessageWorker.class);

    private final MessageHandler<M, R> handler;
    private final ConsumerLifecycle lifecycle;
    private final InFlightWork inFlight;

    MessageWorker(
            MessageHandler<M, R> handler, ConsumerLifecycle lifecycle, InFlightWork inFlight) {
        this.handler = handler;
        this.lifecycle = lifecycle;
        this.inFlight = inFlight;
    }

    /** A worker on a channel of this service. */
    static <M, R> MessageWorker<M, R> on(
            String channel,
            MessageHandler<M, R> handler,
            KafkaClientService clients,
            AccessCheck access,
            InFlightWork inFlight,
            Duration drain) {
        var lifecycle =
                new ConsumerLifecycle(
                        clients,
                        channel,
                        access,
                        handler.handOver()::initTransactions,
                        inFlight,
                        drain);
        return new MessageWorker<>(handler, lifecycle, inFlight);
    }

    void start() {
        handler.runner().clean();
        lifecycle.start();
    }

    void stop() {
        lifecycle.stop();
    }

    /** Processes one message, however long it takes; retries while Kafka fails. */
    void consume(ConsumerRecord<String, byte[]> message) {
        lifecycle.consume(message, claim -> process(claim, message));
    }

    void process(Claim claim, ConsumerRecord<String, byte[]> message) {
        try {
            processValid(claim, handler.read(message));
        } catch (MalformedMessageException e) {
            LOG.warnf("%s is rejected, it %s", claim, e.getMessage());
            reject(claim, message, e);
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s is rejected, it cannot be processed", claim);
            reject(claim, message, MalformedMessageException.unprocessable(e));
        }
    }

    private void reject(
            Claim claim, ConsumerRecord<String, byte[]> message, MalformedMessageException why) {
        if (handler.reject(claim, message, why)) {
            handler.count(Outcome.REJECTED, Duration.ZERO);
        }
    }

    private void processValid(Claim claim, M message) {
        if (handler.isObsolete(message)) {
            handler.count(dismiss(claim, message, WorkTrace.NONE), Duration.ZERO);
            return;
        }
        inFlight.track(
                claim, handler.runId(message), handler.deadline(), () -> execute(claim, message));
    }

    private Outcome dismiss(Claim claim, M message, WorkTrace trace) {
        var dismissed = handler.dismiss(claim, message, trace);
        var outcome = dismissed ? Outcome.DISMISSED : Outcome.GIVEN_BACK;
        LOG.infof("%s %s", handler.describe(message), text(outcome));
        return outcome;
    }

    private void execute(Claim claim, M message) {
        LOG.infof("%s begins", handler.describe(message));
        try {
            lifecycle.run(
                    handler.execution(claim, message),
                    execution ->
                            handler.count(
                                    outcome(claim, message, execution), execution.duration()));
        } catch (UncheckedIOException e) {
            // The work folder could not be emptied.
            var failure = failure(e);
            LOG.errorf(failure, "%s failed", handler.describe(message));
            var published =
                    handler.publishFailure(claim, message, failure, WorkTrace.NONE, Duration.ZERO);
            handler.count(published ? Outcome.FAILED : Outcome.GIVEN_BACK, Duration.ZERO);
        }
        handler.cleanUp();
    }

    private Outcome outcome(Claim claim, M message, Execution<R> execution) {
        try {
            var result = execution.run();
            var published =
                    lifecycle.handOver(
                            claim,
                            execution::isAbandoned,
                            () -> handler.publish(claim, message, result));
            if (!published) {
                return abandon(claim, message, execution);
            }
            var outcome = handler.outcome(result);
            LOG.infof("%s %s", handler.describe(message), text(outcome));
            return outcome;
        } catch (KafkaException e) {
            throw e;
        } catch (FailureException e) {
            return fail(claim, message, execution, e);
        } catch (RuntimeException e) {
            return fail(claim, message, execution, failure(e));
        }
    }

    private static String text(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private Outcome fail(Claim claim, M message, Execution<R> execution, FailureException failure) {
        if (execution.isAbandoned()) {
            return abandon(claim, message, execution);
        }
        var trace = execution.trace();
        var duration = execution.duration();
        LOG.errorf(failure, "%s failed\n%s", handler.describe(message), trace.log());
        var published =
                lifecycle.handOver(
                        claim,
                        execution::isAbandoned,
                        () -> handler.publishFailure(claim, message, failure, trace, duration));
        return published ? Outcome.FAILED : abandon(claim, message, execution);
    }

    private Outcome abandon(Claim claim, M message, Execution<R> execution) {
        return execution.isObsolete()
                ? dismiss(claim, message, execution.trace())
                : Outcome.GIVEN_BACK;
    }

    private FailureException failure(RuntimeException e) {
        return DiskSpace.failure(e, handler.runner().folder())
                .orElseGet(
                        () ->
                                new FailureException(
                                        Failure.Kind.INTERNAL,
                                        "The service could not do the work: " + e + ".",
                                        "Check the disk of the service, then its log.",
                                        e));
    }
}
