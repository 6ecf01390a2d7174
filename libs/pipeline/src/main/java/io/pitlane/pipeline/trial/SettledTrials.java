package io.pitlane.pipeline.trial;

import io.pitlane.contract.Topics;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.search.SearchEnd;
import io.pitlane.contract.search.Trial;
import io.pitlane.pipeline.topics.CompactedKeys;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.KafkaException;

/**
 * The trials that nobody has to do any more, because they have a score or their search has ended.
 * Thread-safe.
 */
public final class SettledTrials implements AutoCloseable {
    private final CompactedKeys keys;

    /**
     * Nothing is read yet.
     *
     * @param client how to reach Kafka
     * @param patience while the topic of scores does not move
     */
    public SettledTrials(Map<String, Object> client, Topics topics, Duration patience) {
        this.keys = new CompactedKeys(client, topics.scores(), patience);
    }

    /**
     * Whether a trial has a score, or its search has ended.
     *
     * @throws KafkaException when the scores cannot be read
     */
    public boolean isSettled(Trial trial) {
        return keys.containsAny(trial.key(), SearchEnd.key(trial.job()));
    }

    /**
     * Whether a job's search has ended, so that nobody waits for scores.
     *
     * @throws KafkaException when the scores cannot be read
     */
    public boolean isEnded(Job job) {
        return keys.containsAny(SearchEnd.key(job));
    }

    @Override
    public void close() {
        keys.close();
    }
}
