package io.pitlane.pipeline.worker;

import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.Job;
import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.metrics.StageMetrics.Outcome;
import io.pitlane.pipeline.process.DiskFull;
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
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Takes jobs from its stage's topic one at a time, has each done in a child JVM, and hands over
 * what came of it. A job that fails ends its run, never the worker.
 *
 * <p>The work itself may be done more than once, as after a kill; what came of it is handed over
 * exactly once, because the job's offset is committed in the same transaction.
 */
@ApplicationScoped
@IfBuildProperty(name = "pitlane.worker.enabled", stringValue = "true")
public class Worker {
    static final String JOBS = "jobs";

    private static final Logger LOG = Logger.getLogger(Worker.class);

    private final JobReader reader;
    private final JobTools tools;
    private final Dispatch dispatch;
    private final Desk desk;
    private final Shift shift;

    Worker(
            KafkaClientService clients,
            JobReader reader,
            JobTools tools,
            Dispatch dispatch,
            Desk desk,
            PipelineConfig config,
            AccessCheck access) {
        this.reader = reader;
        this.tools = tools;
        this.dispatch = dispatch;
        this.desk = desk;
        this.shift = new Shift(clients, JOBS, access, dispatch::open, desk, config.job().drain());
    }

    void start(@Observes StartupEvent event) {
        tools.workshop().clean();
        shift.begin();
    }

    void stop(@Observes ShutdownEvent event) {
        shift.end();
    }

    /** Deals with one message, however long it takes; tries again as long as Kafka is away. */
    @Incoming(JOBS)
    @Blocking("stage")
    public void take(ConsumerRecord<String, byte[]> message) {
        shift.take(message, claim -> deal(claim, message));
    }

    private void deal(Claim claim, ConsumerRecord<String, byte[]> message) {
        try {
            var job = reader.read(message);
            desk.work(claim, job.runId(), () -> work(claim, job));
        } catch (MalformedJobException e) {
            LOG.warnf("%s %s: put aside", claim, e.getMessage());
            reject(claim, message, e);
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s could not be dealt with: put aside", claim);
            reject(claim, message, MalformedJobException.defect(e));
        }
    }

    private void reject(
            Claim claim, ConsumerRecord<String, byte[]> message, MalformedJobException why) {
        if (dispatch.rejected(claim, message, why)) {
            tools.metrics().job(Outcome.REJECTED, Duration.ZERO);
        }
    }

    private void work(Claim claim, Job job) {
        LOG.infof("Run %s, step %d begins", job.runId(), job.step() + 1);
        try {
            shift.work(
                    new JobWork(tools, claim, job),
                    work -> tools.metrics().job(finish(claim, job, work), work.took()));
            tools.workshop().clean();
        } catch (UncheckedIOException e) {
            dispatch.failed(claim, job, defect(e), "");
        }
    }

    private Outcome finish(Claim claim, Job job, JobWork work) {
        try {
            var product = work.make();
            var ours = dispatch.done(claim, job, product);
            LOG.infof("Run %s, step %d %s", job.runId(), job.step() + 1, ours ? "done" : "taken");
            return ours ? Outcome.DONE : Outcome.GIVEN_BACK;
        } catch (FailureException e) {
            return fail(claim, job, work, e);
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            return fail(claim, job, work, defect(e));
        }
    }

    /**
     * A job that our own end interrupts is nobody's failure: it is done again after the restart.
     */
    private Outcome fail(Claim claim, Job job, JobWork work, FailureException why) {
        if (work.isAbandoned()) {
            return Outcome.GIVEN_BACK;
        }
        var log = work.log();
        LOG.errorf(why, "Run %s, step %d failed\n%s", job.runId(), job.step() + 1, log);
        return dispatch.failed(claim, job, why, log) ? Outcome.FAILED : Outcome.GIVEN_BACK;
    }

    private FailureException defect(RuntimeException e) {
        return DiskFull.failure(e, tools.workshop().folder())
                .orElseGet(
                        () ->
                                new FailureException(
                                        Failure.Kind.INTERNAL,
                                        "The service could not do the job: " + e + ".",
                                        "Check the disk of the service, then its log.",
                                        e));
    }
}
