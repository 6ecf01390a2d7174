package io.pitlane.pipeline.trial;

import io.pitlane.contract.search.Trial;
import io.pitlane.contract.search.TrialScore;
import java.time.Duration;
import java.util.List;

/**
 * The trials and the scores of one search. For one thread.
 *
 * <p>A published trial gets a score, whichever replicas die: publishing it again is not needed, and
 * has no effect. To keep every replica at work and still use every score, keep one more trial
 * pending than there are replicas.
 *
 * <p>Every method throws {@link org.apache.kafka.common.KafkaException} when Kafka fails.
 */
public interface TrialSearch extends AutoCloseable {

    /** The scores so far, in the order in which they were handed over; the same after a restart. */
    List<TrialScore> scores();

    /** The trials that are published and have no score yet, in the order of their publication. */
    List<Trial> pending();

    /** How many replicas take trials at this moment; at least 1. */
    int replicas();

    /**
     * Publishes a trial for the replica with the fewest pending ones. Does nothing when the trial
     * (by its key: run, step, number and epochs) was published before.
     */
    void publish(Trial trial);

    /**
     * Waits for scores that were not known before.
     *
     * @return whether there are any; false when {@code atMost} is over
     */
    boolean await(Duration atMost);

    /** Stops reading; neither trials nor scores are changed. */
    @Override
    void close();
}
