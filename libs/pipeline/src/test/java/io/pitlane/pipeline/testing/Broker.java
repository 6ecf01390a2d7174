package io.pitlane.pipeline.testing;

import io.pitlane.contract.Topics;
import io.pitlane.kafka.EmbeddedKafka;
import io.pitlane.kafka.quarkus.EmbeddedKafkaResource;
import io.pitlane.pipeline.topics.TopicLayout;

/** The embedded broker with every topic. */
public final class Broker extends EmbeddedKafkaResource {
    @Override
    protected void prepare(EmbeddedKafka running) {
        running.createTopics(new TopicLayout(Topics.DEFAULT).all());
    }
}
