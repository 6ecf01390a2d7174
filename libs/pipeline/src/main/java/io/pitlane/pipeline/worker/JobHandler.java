package io.pitlane.pipeline.worker;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.run.Job;
import io.pitlane.pipeline.consumer.Claim;
import io.pitlane.pipeline.handover.HandOver;
import io.pitlane.pipeline.handover.MalformedMessageException;
import io.pitlane.pipeline.handover.OutcomePublisher;
import io.pitlane.pipeline.handover.WorkTrace;
import io.pitlane.pipeline.metrics.StageMetrics.Outcome;
import io.pitlane.pipeline.process.JobRunner;
import io.pitlane.pipeline.process.StepResult;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Jobs: a result is the run's next step or its report, a failure ends the run. */
final class JobHandler implements MessageHandler<Job, StepResult>, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(JobHandler.class);

    private final JobReader reader;
    private final JobExecution.Services services;
    private final HandOver handOver;
    private final OutcomePublisher publisher;
    private final Duration deadline;

    JobHandler(
            JobReader reader,
            JobExecution.Services services,
            HandOver handOver,
            OutcomePublisher publisher,
            Duration deadline) {
        this.reader = reader;
        this.services = services;
        this.handOver = handOver;
        this.publisher = publisher;
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
    public Job read(ConsumerRecord<String, byte[]> message) throws MalformedMessageException {
        return reader.read(message);
    }

    @Override
    public String runId(Job job) {
        return job.runId();
    }

    @Override
    public String describe(Job job) {
        return "Run " + job.runId() + ", step " + (job.step() + 1);
    }

    @Override
    public boolean isObsolete(Job job) {
        return services.cancellations().isCancelled(job.runId());
    }

    @Override
    public boolean dismiss(Claim claim, Job job, WorkTrace trace) {
        return publisher.publishFailure(claim, job, Cancellations.failure(), trace);
    }

    @Override
    public Execution<StepResult> execution(Claim claim, Job job) {
        return new JobExecution(services, claim, job);
    }

    @Override
    public boolean publish(Claim claim, Job job, StepResult result) {
        return publisher.publish(claim, job, result);
    }

    @Override
    public Outcome outcome(StepResult result) {
        return result instanceof StepResult.KnownModel ? Outcome.CACHED : Outcome.DONE;
    }

    @Override
    public boolean publishFailure(
            Claim claim, Job job, FailureException failure, WorkTrace trace, Duration duration) {
        return publisher.publishFailure(claim, job, failure, trace);
    }

    @Override
    public boolean reject(
            Claim claim, ConsumerRecord<String, byte[]> message, MalformedMessageException why) {
        return publisher.reject(claim, message, why);
    }

    @Override
    public void cleanUp() {
        try {
            services.runner().clean();
        } catch (UncheckedIOException e) {
            LOG.warn("The work folder could not be emptied", e);
        }
    }

    @Override
    public void count(Outcome outcome, Duration duration) {
        services.metrics().job(outcome, duration);
    }

    @Override
    public void close() {
        handOver.close();
    }
}
