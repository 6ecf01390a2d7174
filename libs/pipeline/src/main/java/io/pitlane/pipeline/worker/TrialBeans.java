package io.pitlane.pipeline.worker;

import io.pitlane.contract.Topics;
import io.pitlane.pipeline.artifact.ArtifactStore;
import io.pitlane.pipeline.config.KafkaClientConfig;
import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.event.DeadLetterRecords;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.event.EventSender;
import io.pitlane.pipeline.handover.HandOver;
import io.pitlane.pipeline.metrics.StageMetrics;
import io.pitlane.pipeline.process.ChildSettings;
import io.pitlane.pipeline.process.JobRunner;
import io.pitlane.pipeline.trial.KafkaTrialExchange;
import io.pitlane.pipeline.trial.SettledTrials;
import io.pitlane.pipeline.trial.TrialExchange;
import io.quarkus.arc.properties.IfBuildProperty;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes the parts of the trial worker and of a search's coordinator from the settings. */
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
    TrialExchange exchange(EventRecords events, EventSender sender) {
        return new KafkaTrialExchange(
                client.settings(), topics, events, sender, config.artifact().patience());
    }

    @Produces
    @Singleton
    TrialHandler handler(
            JobReader jobs,
            ArtifactStore store,
            Cancellations cancellations,
            EventRecords events,
            WorkerBeans.Replica replica,
            ProgressPublisher progress,
            StageMetrics metrics) {
        var deadline = config.trials().deadline();
        var children = ChildSettings.of(config, deadline, "pitlane.trials.deadline");
        var runner =
                new JobRunner(
                        config.work().folder().resolve("trial"),
                        store,
                        JobRunner.Settings.of(children, config));
        var settled = new SettledTrials(client.settings(), topics, config.artifact().patience());
        return new TrialHandler(
                new TrialReader(jobs),
                new TrialExecution.Services(
                        replica.name(), runner, cancellations, settled, progress, metrics),
                new HandOver(client.settings(), topics.trials() + "." + replica.name()),
                events,
                new DeadLetterRecords(topics),
                deadline);
    }

    void close(@Disposes TrialHandler handler) {
        handler.close();
    }
}
