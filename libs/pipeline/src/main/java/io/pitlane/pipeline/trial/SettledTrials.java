package io.pitlane.pipeline.trial;

import io.pitlane.contract.Topics;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.search.SearchEnd;
import io.pitlane.contract.search.Trial;
import io.pitlane.pipeline.topics.TopicReplay;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * The trials that nobody has to do any more, because they have a score or their search has ended.
 * Reads the scores topic when first asked. Thread-safe.
 */
public final class SettledTrials implements AutoCloseable {
    private final Set<String> keys = new HashSet<>();
    private final Map<String, Object> client;
    private final String topic;
    private final Duration patience;
    private TopicReplay replay;

    /**
     * Nothing is read yet.
     *
     * @param client how to reach Kafka
     * @param patience while the topic does not move
     */
    public SettledTrials(Map<String, Object> client, Topics topics, Duration patience) {
        this.client = Map.copyOf(client);
        this.topic = topics.scores();
        this.patience = patience;
    }

    /**
     * Whether a trial has a score, or its search has ended.
     *
     * @throws KafkaException when the scores cannot be read
     */
    public synchronized boolean isSettled(Trial trial) {
        catchUp();
        return keys.contains(trial.key()) || keys.contains(SearchEnd.key(trial.job()));
    }

    /**
     * Whether a job's search has ended, so that nobody waits for scores.
     *
     * @throws KafkaException when the scores cannot be read
     */
    public synchronized boolean isEnded(Job job) {
        catchUp();
        return keys.contains(SearchEnd.key(job));
    }

    private void catchUp() {
        if (replay == null) {
            replay = new TopicReplay(client, topic, patience, this::accept);
        }
        replay.catchUp();
    }

    private void accept(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            keys.remove(record.key());
        } else {
            keys.add(record.key());
        }
    }

    @Override
    public synchronized void close() {
        if (replay != null) {
            replay.close();
            replay = null;
        }
    }
}
