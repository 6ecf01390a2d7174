package io.pitlane.pipeline.worker;

import io.pitlane.contract.Job;
import io.pitlane.contract.SearchEnd;
import io.pitlane.contract.Trial;
import io.pitlane.pipeline.topics.TopicReplay;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/** Which trials nobody has to do any more: they have a score, or their search has ended. */
final class ScoreBoard implements AutoCloseable {
    private final Set<String> keys = new HashSet<>();
    private final Function<java.util.function.Consumer<ConsumerRecord<String, byte[]>>, TopicReplay>
            opening;
    private TopicReplay replay;

    /**
     * A board that has not been looked at.
     *
     * @param opening begins to read the scores topic
     */
    ScoreBoard(
            Function<java.util.function.Consumer<ConsumerRecord<String, byte[]>>, TopicReplay>
                    opening) {
        this.opening = opening;
    }

    /**
     * Whether a trial needs not be begun.
     *
     * @throws KafkaException when the scores cannot be read
     */
    synchronized boolean isSettled(Trial trial) {
        catchUp();
        return keys.contains(trial.key()) || keys.contains(SearchEnd.key(trial.job()));
    }

    /**
     * Whether nobody waits for scores of a job's search any more.
     *
     * @throws KafkaException when the scores cannot be read
     */
    synchronized boolean isEnded(Job job) {
        catchUp();
        return keys.contains(SearchEnd.key(job));
    }

    private void catchUp() {
        if (replay == null) {
            replay = opening.apply(this::see);
        }
        replay.catchUp();
    }

    private void see(ConsumerRecord<String, byte[]> record) {
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
