package io.pitlane.gateway;

import io.pitlane.contract.Topics;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RegisteredPlan;
import io.pitlane.contract.run.RunState;
import io.pitlane.gateway.artifacts.ArtifactIndex;
import io.pitlane.gateway.plans.PlanRegistry;
import io.pitlane.gateway.releases.ReleasedModels;
import io.pitlane.gateway.runs.RunRegistry;
import io.pitlane.gateway.stages.ReplicaProgress;
import io.pitlane.gateway.topics.CaughtUpView;
import io.pitlane.gateway.topics.EndOffsets;
import io.pitlane.gateway.topics.TopicFollower;
import io.pitlane.gateway.topics.TopicFollower.RecordReader;
import io.pitlane.gateway.triggers.ArrivedTriggers;
import io.pitlane.gateway.triggers.TriggeredRuns;
import io.pitlane.pipeline.config.KafkaClientConfig;
import io.pitlane.pipeline.topics.AccessCheck;
import io.pitlane.pipeline.topics.CommittedLog;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Replays the topics that the gateway's state comes from, and keeps the state up to date. */
@Singleton
class StateReplay implements TopicFollower.Listener, CaughtUpView {
    /** Longer than any transaction of ours may stay open. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final RunRegistry runs;
    private final EndOffsets ends;
    private final AccessCheck access;
    private final TopicFollower follower;

    StateReplay(
            KafkaClientConfig client,
            AccessCheck access,
            Topics topics,
            EndOffsets ends,
            RunRegistry runs,
            TriggeredRuns triggered,
            ArrivedTriggers arrived,
            PlanRegistry plans,
            ReleasedModels released,
            ReplicaProgress replicas,
            ArtifactIndex artifacts) {
        this.runs = runs;
        this.ends = ends;
        this.access = access;
        this.follower =
                new TopicFollower(
                        () -> {
                            access.require();
                            return CommittedLog.consumer(client.settings(), Map.of());
                        },
                        Map.of(
                                topics.artifactIndex(),
                                events(ArtifactRef.class, artifacts::accept),
                                topics.plans(),
                                record ->
                                        plans.accept(
                                                record.key(),
                                                parse(record.value(), RegisteredPlan.class)),
                                topics.triggers(),
                                arrived::accept,
                                topics.deadLetters(),
                                arrived::refused,
                                topics.released(),
                                released::accept,
                                topics.runs(),
                                events(
                                        RunState.class,
                                        state -> {
                                            triggered.accept(state);
                                            runs.accept(state);
                                        }),
                                topics.results(),
                                this::result,
                                topics.failures(),
                                events(Failure.class, runs::accept),
                                topics.progress(),
                                events(
                                        Progress.class,
                                        progress -> {
                                            replicas.accept(progress);
                                            runs.accept(progress);
                                        })),
                        this);
    }

    @Override
    public void awaitCaughtUp(String topic) {
        try {
            follower.reach(ends.of(topic)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw behind(topic, e);
        } catch (ExecutionException | TimeoutException e) {
            throw behind(topic, e);
        }
    }

    private static FailureException behind(String topic, Exception cause) {
        return new FailureException(
                Failure.Kind.INTERNAL,
                "The gateway could not read " + topic + " to its end in time.",
                "Check that the broker is up, and try again.",
                cause);
    }

    @Override
    public void caughtUp() {
        runs.releaseAll();
    }

    @Override
    public void tick() {
        runs.releaseOverdue();
    }

    @Override
    public void refused() {
        // A topic that was not there when it was asked about had nothing to refuse.
        access.invalidate();
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

    private void result(ConsumerRecord<String, byte[]> record) {
        if (record.key() != null && record.value() != null) {
            runs.acceptResult(record.key(), record.value());
        }
    }

    private static <T> RecordReader events(Class<T> type, Consumer<T> reader) {
        return record -> {
            if (record.value() != null) {
                reader.accept(parse(record.value(), type));
            }
        };
    }

    private static <T> T parse(byte[] value, Class<T> type) throws IOException {
        return value == null ? null : ContractJson.MAPPER.readValue(value, type);
    }
}
