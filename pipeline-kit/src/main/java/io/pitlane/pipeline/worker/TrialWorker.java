package io.pitlane.pipeline.worker;

import io.pitlane.contract.FailureException;
import io.pitlane.contract.Trial;
import io.pitlane.contract.TrialScore;
import io.pitlane.pipeline.metrics.StageMetrics.Outcome;
import io.quarkus.arc.properties.IfBuildProperty;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Takes trials one at a time, beside the jobs, has each done in a child JVM, and hands its score
 * over together with the trial's offset. A trial that comes to nothing is scored as that.
 */
@ApplicationScoped
@IfBuildProperty(name = "pitlane.trials.enabled", stringValue = "true")
public class TrialWorker {
    static final String TRIALS = "trials";

    private static final Logger LOG = Logger.getLogger(TrialWorker.class);

    private final KafkaClientService clients;
    private final TrialReader reader;
    private final TrialTools tools;
    private final Retrying retrying;
    private volatile TrialWork atWork;

    TrialWorker(KafkaClientService clients, TrialReader reader, TrialTools tools) {
        this.clients = clients;
        this.reader = reader;
        this.tools = tools;
        this.retrying = new Retrying(tools.handOver()::open);
    }

    void start(@Observes StartupEvent event) {
        tools.workshop().clean();
    }

    void stop(@Observes ShutdownEvent event) {
        retrying.stop();
        var work = atWork;
        if (work != null) {
            work.stop();
        }
    }

    /** Deals with one message, however long it takes; tries again as long as Kafka is away. */
    @Incoming(TRIALS)
    @Blocking("trials")
    public void take(ConsumerRecord<String, byte[]> message) {
        var claim = new Claim(clients.getConsumer(TRIALS), message);
        retrying.deal(claim, () -> deal(claim, message));
    }

    private void deal(Claim claim, ConsumerRecord<String, byte[]> message) {
        try {
            settle(claim, reader.read(message.value()));
        } catch (MalformedJobException e) {
            LOG.warnf("%s %s: put aside", claim, e.getMessage());
            if (tools.deadLetters()
                    .put(tools.handOver(), claim, message, e.getMessage(), nothing -> {})) {
                tools.metrics().deadLetter();
                tools.metrics().trial(Outcome.REJECTED, Duration.ZERO);
            }
        }
    }

    private void settle(Claim claim, Trial trial) {
        if (tools.board().isSettled(trial)) {
            tools.handOver().conclude(claim, producer -> {});
            return;
        }
        LOG.infof("Run %s, trial %d begins", trial.job().runId(), trial.number());
        tools.desk().work(claim, trial.job().runId(), () -> work(claim, trial));
    }

    private void work(Claim claim, Trial trial) {
        try (var work = new TrialWork(tools, claim, trial)) {
            atWork = work;
            if (retrying.isStopping()) {
                work.stop();
            }
            conclude(claim, trial, work);
        } finally {
            atWork = null;
        }
    }

    private void conclude(Claim claim, Trial trial, TrialWork work) {
        var score = score(trial, work);
        tools.metrics().trial(outcome(score), work.took());
        if (score.isPresent() || work.isEnded()) {
            try {
                handOver(claim, score);
            } catch (FailureException e) {
                handOver(claim, Optional.of(work.failed(e.getMessage())));
            }
        }
    }

    private static Outcome outcome(Optional<TrialScore> score) {
        return score.map(s -> s.failure() != null ? Outcome.FAILED : Outcome.DONE)
                .orElse(Outcome.GIVEN_BACK);
    }

    private void handOver(Claim claim, Optional<TrialScore> score) {
        var said = score.map(tools.events()::score);
        tools.handOver().conclude(claim, producer -> said.ifPresent(producer::send));
    }

    /** Empty when the work was broken off for reasons that are not the trial's. */
    private Optional<TrialScore> score(Trial trial, TrialWork work) {
        try {
            return Optional.of(work.score());
        } catch (KafkaException e) {
            throw e;
        } catch (FailureException e) {
            return work.isAbandoned() ? Optional.empty() : Optional.of(failed(trial, work, e));
        } catch (RuntimeException e) {
            LOG.errorf(e, "Run %s, trial %d failed", trial.job().runId(), trial.number());
            return work.isAbandoned() ? Optional.empty() : Optional.of(work.failed(e.toString()));
        }
    }

    private static TrialScore failed(Trial trial, TrialWork work, FailureException why) {
        LOG.warnf(
                "Run %s, trial %d failed: %s\n%s",
                trial.job().runId(), trial.number(), why.getMessage(), work.log());
        return work.failed(why.getMessage());
    }
}
