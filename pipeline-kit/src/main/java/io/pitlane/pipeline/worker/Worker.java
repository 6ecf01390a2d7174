package io.pitlane.pipeline.worker;

import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.Job;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.process.ChildProcess;
import io.quarkus.arc.properties.IfBuildProperty;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
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
    private static final int PAUSE_SECONDS = 5;

    private final KafkaClientService clients;
    private final JobReader reader;
    private final Workshop workshop;
    private final Dispatch dispatch;
    private final EventRecords events;
    private final Emitter<ProducerRecord<String, byte[]>> progress;
    private final CurrentJob current;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile ChildProcess child;

    Worker(
            KafkaClientService clients,
            JobReader reader,
            Workshop workshop,
            Dispatch dispatch,
            EventRecords events,
            @Channel("progress") @OnOverflow(OnOverflow.Strategy.DROP)
                    Emitter<ProducerRecord<String, byte[]>> progress,
            CurrentJob current) {
        this.clients = clients;
        this.reader = reader;
        this.workshop = workshop;
        this.dispatch = dispatch;
        this.events = events;
        this.progress = progress;
        this.current = current;
    }

    void start(@Observes StartupEvent event) {
        workshop.clean();
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
        var atWork = child;
        if (atWork != null) {
            atWork.cancel();
        }
    }

    /** Deals with one message, however long it takes; tries again as long as Kafka is away. */
    @Incoming(JOBS)
    @Blocking("stage")
    public void take(ConsumerRecord<String, byte[]> message) {
        var claim = new Claim(clients.getConsumer(JOBS), message);
        while (!isStopping()) {
            try {
                dispatch.open();
                if (claim.stands()) {
                    deal(claim, message);
                }
                return;
            } catch (KafkaException e) {
                LOG.errorf(e, "Kafka does not let %s be dealt with; trying again", claim);
                pause();
            }
        }
    }

    private void deal(Claim claim, ConsumerRecord<String, byte[]> message) {
        try {
            work(claim, reader.read(message.value()));
        } catch (MalformedJobException e) {
            LOG.warnf("%s %s: put aside", claim, e.getMessage());
            dispatch.rejected(claim, message, e);
        }
    }

    private void work(Claim claim, Job job) {
        current.begin(job.runId());
        try {
            LOG.infof("Run %s, step %d begins", job.runId(), job.step() + 1);
            finish(claim, job);
        } finally {
            child = null;
            workshop.clean();
            current.end();
        }
    }

    private void finish(Claim claim, Job job) {
        child = workshop.child();
        try {
            var product = workshop.make(job, child, new ProgressRelay(job, events, progress));
            var ours = dispatch.done(claim, job, product);
            LOG.infof("Run %s, step %d %s", job.runId(), job.step() + 1, ours ? "done" : "taken");
        } catch (FailureException e) {
            fail(claim, job, e);
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            fail(claim, job, defect(e));
        }
    }

    /**
     * A job that our own end interrupts is nobody's failure: it is done again after the restart.
     */
    private void fail(Claim claim, Job job, FailureException why) {
        if (isStopping()) {
            return;
        }
        var log = child.logTail();
        LOG.errorf(why, "Run %s, step %d failed\n%s", job.runId(), job.step() + 1, log);
        dispatch.failed(claim, job, why, log);
    }

    private static FailureException defect(RuntimeException e) {
        return new FailureException(
                Failure.Kind.INTERNAL,
                "The service could not do the job: " + e + ".",
                "Check the disk of the service, then its log.",
                e);
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void pause() {
        try {
            if (stopping.await(PAUSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.debug("Stopping");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping.countDown();
        }
    }
}
