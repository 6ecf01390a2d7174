package io.pitlane.pipeline.worker;

import io.pitlane.contract.StageName;
import io.pitlane.contract.Topics;
import io.pitlane.pipeline.artifact.ArtifactStore;
import io.pitlane.pipeline.artifact.ArtifactUpload;
import io.pitlane.pipeline.config.KafkaClientConfig;
import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.process.ChildSettings;
import io.quarkus.arc.properties.IfBuildProperty;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the worker works with, made from the settings. */
@Singleton
@IfBuildProperty(name = "pitlane.worker.enabled", stringValue = "true")
class WorkerBeans {
    private final PipelineConfig config;
    private final Topics topics;
    private final StageName stage;

    WorkerBeans(PipelineConfig config, Topics topics) {
        this.config = config;
        this.topics = topics;
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
    Workshop workshop(ArtifactStore store) {
        var children =
                new ChildSettings(
                        config.job().deadline(), config.job().jvmOptions().orElse(List.of()));
        return new Workshop(config.work().folder(), store, children, config.checkpoint().every());
    }

    @Produces
    @Singleton
    Dispatch dispatch(
            KafkaClientConfig client,
            EventRecords events,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        return new Dispatch(
                stage,
                new HandOver(client.settings(), transactionalId()),
                new ArtifactUpload(topics.artifacts()),
                new Announcements(events, version),
                new DeadLetters(topics));
    }

    void close(@Disposes Dispatch dispatch) {
        dispatch.close();
    }

    private String transactionalId() {
        return topics.prefix() + stage.label() + "." + config.instance().orElseGet(this::hostName);
    }

    private String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(
                    "this host has no name: set pitlane.instance to one that no other replica has",
                    e);
        }
    }
}
