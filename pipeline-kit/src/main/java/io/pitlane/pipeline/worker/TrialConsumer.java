package io.pitlane.pipeline.worker;

import io.pitlane.contract.FailureException;
import io.pitlane.contract.Trial;
import io.pitlane.contract.TrialScore;
import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.metrics.StageMetrics.Outcome;
import io.pitlane.pipeline.topics.AccessCheck;
import io.quarkus.arc.properties.IfBuildProperty;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

    private final TrialReader reader;
    private final TrialTools tools;
    private final Shift shift;

    TrialWorker(
            KafkaClientService clients,
            TrialReader reader,
            TrialTools tools,
            PipelineConfig config,
            AccessCheck access) {
        this.reader = reader;
        this.tools = tools;
        this.shift =
                new Shift(
                        clients,
                        TRIALS,
                        access,
                        tools.handOver()::open,
                        tools.desk(),
                        config.job().drain());
    }

    void start(@Observes StartupEvent event) {
        tools.workshop().clean();
        shift.begin();
    }

    void stop(@Observes ShutdownEvent event) {
        shift.end();
    }

    /** Deals with one message, however long it takes; tries again as long as Kafka is away. */
    @Incoming(TRIALS)
    @Blocking("trials")
    public void take(ConsumerRecord<String, byte[]> message) {
        shift.take(message, claim -> deal(claim, message));
    }

    private void deal(Claim claim, ConsumerRecord<String, byte[]> message) {
        try {
            settle(claim, reader.read(message));
        } catch (MalformedJobException e) {
            LOG.warnf("%s %s: put aside", claim, e.getMessage());
            putAside(claim, message, e.getMessage());
        }
    }

    private void putAside(Claim claim, ConsumerRecord<String, byte[]> message, String reason) {
        var forms = new ArrayList<HandOver.Writes>();
        for (var letter : tools.deadLetters().forms(message, reason)) {
            forms.add(producer -> producer.send(letter));
        }
        if (tools.handOver().conclude(claim, forms)) {
            tools.metrics().deadLetter();
            tools.metrics().trial(Outcome.REJECTED, Duration.ZERO);
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
        try {
            shift.work(new TrialWork(tools, claim, trial), work -> conclude(claim, trial, work));
        } catch (UncheckedIOException e) {
            LOG.errorf(e, "Run %s, trial %d failed", trial.job().runId(), trial.number());
            var score = TrialScore.failed(trial, "The service could not do it: " + e + ".");
            handOver(claim, Optional.of(score.by(tools.replica(), 0, Instant.now())));
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
