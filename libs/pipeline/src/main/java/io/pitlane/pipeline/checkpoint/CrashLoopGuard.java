package io.pitlane.pipeline.checkpoint;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.run.Checkpoint;
import io.pitlane.contract.run.Job;
import io.pitlane.pipeline.consumer.Claim;
import io.pitlane.pipeline.consumer.ConsumerGroups;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Limits how many services die of one step. When a child dies, its service reports the failure;
 * when the whole container dies with it, only the next service can tell, from what those before it
 * have recorded. A service that is still in the consumer group has lost the step in a rebalance; it
 * has not died of it.
 */
public final class CrashLoopGuard {
    private static final Logger LOG = Logger.getLogger(CrashLoopGuard.class);
    private static final Duration RELEASE_TIMEOUT = Duration.ofSeconds(5);

    private final CheckpointLog log;
    private final ConsumerGroups groups;
    private final int maxAttempts;

    /**
     * A guard.
     *
     * @param log where attempts are recorded
     * @param groups who is in them
     * @param maxAttempts at least 1
     */
    public CrashLoopGuard(CheckpointLog log, ConsumerGroups groups, int maxAttempts) {
        if (maxAttempts < 1) {
            throw new IllegalStateException(
                    "set pitlane.job.attempts to 1 or more, not " + maxAttempts);
        }
        this.log = log;
        this.groups = groups;
        this.maxAttempts = maxAttempts;
    }

    /**
     * Records an attempt at a step.
     *
     * @param latest checkpoint of the step
     * @return how many other services have begun it since its last progress
     * @throws FailureException CRASHED when there were too many
     * @throws KafkaException when it cannot be recorded
     */
    public int begin(Claim claim, Job job, Optional<Checkpoint> latest) {
        var begun = log.begunByOthers(latest);
        var dead = dead(claim, begun);
        if (dead.size() >= maxAttempts) {
            throw new FailureException(
                    Failure.Kind.CRASHED,
                    "Step %d was begun %d times without progress, and each time the service"
                                    .formatted(job.step() + 1, dead.size())
                            + " died before the step was done.",
                    "See what ended the service, such as too little memory for its container; give"
                            + " it more, or ask for less work in this step. Then submit the run"
                            + " again.");
        }
        log.begin(claim, job, latest, dead);
        return begun.size();
    }

    /** Asks for the group's members only where they make a difference. */
    private List<String> dead(Claim claim, List<String> begun) {
        if (begun.size() < maxAttempts) {
            return begun;
        }
        var group = claim.groupMetadata().map(ConsumerGroupMetadata::groupId);
        var alive = group.map(groups::members).orElse(Set.of());
        return begun.stream().filter(member -> !alive.contains(member)).toList();
    }

    /** Takes the attempt back: a service that is told to stop has not died of its step. */
    public void release(Claim claim, Job job) {
        try {
            CompletableFuture.runAsync(() -> releaseIfHeld(claim, job))
                    .get(RELEASE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf("This stop will count as an attempt at step %d: %s", job.step() + 1, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void releaseIfHeld(Claim claim, Job job) {
        if (claim.isHeld()) {
            log.release(claim, job);
        }
    }
}
