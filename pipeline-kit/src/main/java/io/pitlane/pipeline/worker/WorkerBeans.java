package io.pitlane.pipeline.worker;

import io.micrometer.core.instrument.MeterRegistry;
import io.pitlane.contract.StageName;
import io.pitlane.contract.Topics;
import io.pitlane.pipeline.artifact.ArtifactCache;
import io.pitlane.pipeline.artifact.ArtifactStore;
import io.pitlane.pipeline.artifact.ArtifactUpload;
import io.pitlane.pipeline.artifact.KafkaArtifactStore;
import io.pitlane.pipeline.checkpoint.CheckpointLog;
import io.pitlane.pipeline.checkpoint.CheckpointRestore;
import io.pitlane.pipeline.config.KafkaClientConfig;
import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.event.DeadLetterRecords;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.event.EventSender;
import io.pitlane.pipeline.metrics.Gpus;
import io.pitlane.pipeline.metrics.StageMetrics;
import io.pitlane.pipeline.process.ChildSettings;
import io.pitlane.pipeline.stage.Preparation;
import io.pitlane.pipeline.topics.TopicAccess;
import io.quarkus.arc.properties.IfBuildProperty;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the worker works with, made from the settings. */
@Singleton
@IfBuildProperty(name = "pitlane.worker.enabled", stringValue = "true")
class WorkerBeans {
    private final PipelineConfig config;
    private final Topics topics;
    private final KafkaClientConfig client;
    private final StageName stage;

    WorkerBeans(PipelineConfig config, Topics topics, KafkaClientConfig client) {
        this.config = config;
        this.topics = topics;
        this.client = client;
        this.stage =
                config.stage()
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "set pitlane.stage to the stage this service is,"
                                                        + " or pitlane.worker.enabled to false"));
    }

    @Produces
    @Singleton
    Replica replica() {
        return new Replica(config.instance().orElseGet(WorkerBeans::hostName));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(
                    "this host has no name: set pitlane.instance to one that no other replica has",
                    e);
        }
    }

    @Produces
    @Singleton
    StageMetrics metrics(MeterRegistry registry) {
        return new StageMetrics(registry, stage, Gpus.count(Path.of("/dev")));
    }

    @Produces
    @Singleton
    TopicAccess access() {
        return TopicAccess.ofStage(topics, stage);
    }

    @Produces
    @Singleton
    JobReader jobReader() {
        return new JobReader(stage);
    }

    @Produces
    @Singleton
    EventRecords events() {
        return new EventRecords(topics, stage.label());
    }

    @Produces
    @Singleton
    EventSender sender() {
        return new EventSender(client.settings());
    }

    void close(@Disposes EventSender sender) {
        sender.close();
    }

    @Produces
    @Singleton
    CheckpointLog checkpoints(EventRecords events, EventSender sender) {
        var store =
                new KafkaArtifactStore(
                        client.settings(),
                        topics.checkpointArtifacts(),
                        new ArtifactCache(config.cache().folder(), config.cache().maxBytes()),
                        config.artifact().patience());
        return new CheckpointLog(
                client.settings(), topics, store, events, sender, config.artifact().patience());
    }

    void close(@Disposes CheckpointLog checkpoints) {
        checkpoints.close();
    }

    @Produces
    @Singleton
    JobTools jobTools(
            ArtifactStore store,
            CheckpointLog checkpoints,
            EventRecords events,
            EventSender sender,
            @Any Instance<Preparation> preparation,
            News news,
            StageMetrics metrics) {
        var children =
                new ChildSettings(
                        config.job().deadline(),
                        "pitlane.job.deadline",
                        config.job().jvmOptions().orElse(List.of()),
                        config.job().environment().orElse(List.of()));
        var settings = Workshop.Settings.of(children, config);
        return new JobTools(
                new Workshop(config.work().folder().resolve("job"), store, settings),
                new Preparing(preparation.stream().findFirst(), checkpoints, events, sender),
                new Attempts(checkpoints, config.job().attempts()),
                checkpoints,
                new CheckpointRestore(checkpoints),
                config.checkpoint().every(),
                news,
                metrics);
    }

    @Produces
    @Singleton
    Desk desk(CurrentJob current, BusyPartitions partitions) {
        return new Desk(current, partitions, config.job().deadline());
    }

    @Produces
    @Singleton
    Dispatch dispatch(
            EventRecords events,
            Replica replica,
            StageMetrics metrics,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        var id = TopicAccess.transactionalIds(topics, stage) + replica.name();
        return new Dispatch(
                stage,
                new HandOver(client.settings(), id),
                new ArtifactUpload(topics.artifacts()),
                new Announcements(events, version),
                new DeadLetterRecords(topics),
                metrics);
    }

    void close(@Disposes Dispatch dispatch) {
        dispatch.close();
    }
}
