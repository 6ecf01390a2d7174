package io.pitlane.pipeline.worker;

import io.pitlane.contract.Topics;
import io.pitlane.pipeline.artifact.ArtifactStore;
import io.pitlane.pipeline.config.KafkaClientConfig;
import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.event.DeadLetterRecords;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.event.EventSender;
import io.pitlane.pipeline.metrics.StageMetrics;
import io.pitlane.pipeline.process.ChildSettings;
import io.pitlane.pipeline.topics.TopicAccess;
import io.pitlane.pipeline.topics.TopicReplay;
import io.pitlane.pipeline.trial.KafkaTrialExchange;
import io.pitlane.pipeline.trial.TrialExchange;
import io.quarkus.arc.properties.IfBuildProperty;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** What the trial worker and the coordinator work with, made from the settings. */
@Singleton
@IfBuildProperty(name = "pitlane.trials.enabled", stringValue = "true")
class TrialBeans {
    private final PipelineConfig config;
    private final Topics topics;
    private final KafkaClientConfig client;

    TrialBeans(PipelineConfig config, Topics topics, KafkaClientConfig client) {
        this.config = config;
        this.topics = topics;
        this.client = client;
    }

    @Produces
    @Singleton
    TrialReader trialReader(JobReader jobs) {
        return new TrialReader(jobs);
    }

    @Produces
    @Singleton
    TrialExchange exchange(EventRecords events, EventSender sender) {
        return new KafkaTrialExchange(
                client.settings(), topics, events, sender, config.artifact().patience());
    }

    @Produces
    @Singleton
    TrialTools trialTools(
            ArtifactStore store,
            EventRecords events,
            Replica replica,
            News news,
            CurrentJob current,
            BusyPartitions partitions,
            StageMetrics metrics) {
        var deadline = config.trials().deadline();
        var children =
                new ChildSettings(
                        deadline,
                        "pitlane.trials.deadline",
                        config.job().jvmOptions().orElse(List.of()),
                        config.job().environment().orElse(List.of()));
        var settings = Workshop.Settings.of(children, config);
        var id = TopicAccess.trialTransactionalIds(topics) + replica.name();
        return new TrialTools(
                replica.name(),
                new Workshop(config.work().folder().resolve("trial"), store, settings),
                new ScoreBoard(
                        reader ->
                                new TopicReplay(
                                        client.settings(),
                                        topics.scores(),
                                        config.artifact().patience(),
                                        reader)),
                new HandOver(client.settings(), id),
                events,
                new DeadLetterRecords(topics),
                news,
                new Desk(current, partitions, deadline),
                metrics);
    }

    void close(@Disposes TrialTools tools) {
        tools.board().close();
        tools.handOver().close();
    }
}
