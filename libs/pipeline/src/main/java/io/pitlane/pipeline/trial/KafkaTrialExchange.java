package io.pitlane.pipeline.trial;

import io.pitlane.contract.Topics;
import io.pitlane.contract.run.Job;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.event.EventSender;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** Trials and scores on Kafka's topics. */
public final class KafkaTrialExchange implements TrialExchange {
    private final Map<String, Object> client;
    private final Topics topics;
    private final EventRecords events;
    private final EventSender sender;
    private final Duration patience;

    /**
     * An exchange.
     *
     * @param client how to reach Kafka
     * @param patience for a reader while a topic does not move
     */
    public KafkaTrialExchange(
            Map<String, Object> client,
            Topics topics,
            EventRecords events,
            EventSender sender,
            Duration patience) {
        this.client = Map.copyOf(client);
        this.topics = topics;
        this.events = events;
        this.sender = sender;
        this.patience = patience;
    }

    @Override
    public TrialSearch open(Job job) {
        var admin = Admin.create(client);
        var search = new KafkaTrialSearch(job, client, topics, events, sender, admin, patience);
        try {
            search.resume();
            return search;
        } catch (KafkaException e) {
            search.close();
            throw e;
        }
    }
}
