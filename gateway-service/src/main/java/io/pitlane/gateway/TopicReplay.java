package io.pitlane.gateway;

import io.pitlane.contract.ArtifactRef;
import io.pitlane.contract.ContractJson;
import io.pitlane.contract.Failure;
import io.pitlane.contract.Progress;
import io.pitlane.contract.RunResult;
import io.pitlane.contract.RunState;
import io.pitlane.contract.Topics;
import io.pitlane.gateway.artifacts.ArtifactIndex;
import io.pitlane.gateway.runs.RunRegistry;
import io.pitlane.gateway.topics.TopicFollower;
import io.pitlane.pipeline.config.KafkaClientConfig;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Fills the gateway's memory from the topics: the only place its state comes from. */
@Singleton
class TopicReplay implements TopicFollower.Listener {
    private final RunRegistry runs;
    private final TopicFollower follower;

    TopicReplay(
            KafkaClientConfig client, Topics topics, RunRegistry runs, ArtifactIndex artifacts) {
        this.runs = runs;
        this.follower =
                new TopicFollower(
                        () -> consumer(client.settings()),
                        Map.of(
                                topics.artifactIndex(),
                                value -> artifacts.accept(parse(value, ArtifactRef.class)),
                                topics.runs(),
                                value -> runs.accept(parse(value, RunState.class)),
                                topics.results(),
                                value -> runs.accept(parse(value, RunResult.class)),
                                topics.failures(),
                                value -> runs.accept(parse(value, Failure.class)),
                                topics.progress(),
                                value -> runs.accept(parse(value, Progress.class))),
                        this);
    }

    @Override
    public void caughtUp() {
        runs.releaseAll();
    }

    @Override
    public void tick() {
        runs.releaseOverdue();
    }

    boolean isCaughtUp() {
        return follower.isCaughtUp();
    }

    /** Reads until {@link #stop()}; occupies the calling thread. */
    void run() {
        follower.run();
    }

    void stop() {
        follower.stop();
    }

    private static <T> T parse(byte[] value, Class<T> type) throws IOException {
        return ContractJson.MAPPER.readValue(value, type);
    }

    private static Consumer<String, byte[]> consumer(Map<String, Object> kafka) {
        var config = new HashMap<>(kafka);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }
}
