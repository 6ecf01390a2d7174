package io.pitlane.pipeline.worker;

import io.micrometer.core.instrument.MeterRegistry;
import io.pitlane.contract.Topics;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.artifact.ArtifactCache;
import io.pitlane.pipeline.artifact.ArtifactStore;
import io.pitlane.pipeline.artifact.ArtifactUpload;
import io.pitlane.pipeline.artifact.KafkaArtifactStore;
import io.pitlane.pipeline.cache.StepCache;
import io.pitlane.pipeline.cache.StepKeys;
import io.pitlane.pipeline.checkpoint.CheckpointFiles;
import io.pitlane.pipeline.checkpoint.CheckpointLog;
import io.pitlane.pipeline.checkpoint.CrashLoopGuard;
import io.pitlane.pipeline.config.KafkaClientConfig;
import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.consumer.ConsumerGroups;
import io.pitlane.pipeline.event.DeadLetterRecords;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.event.EventSender;
import io.pitlane.pipeline.handover.HandOver;
import io.pitlane.pipeline.handover.OutcomePublisher;
import io.pitlane.pipeline.handover.OutcomeRecords;
import io.pitlane.pipeline.metrics.Gpus;
import io.pitlane.pipeline.metrics.StageMetrics;
import io.pitlane.pipeline.placement.JobPlacement;
import io.pitlane.pipeline.process.ChildSettings;
import io.pitlane.pipeline.process.CodeDigest;
import io.pitlane.pipeline.process.JobRunner;
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
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes the parts of the job worker from the settings. */
@Singleton
@IfBuildProperty(name = "pitlane.worker.enabled", stringValue = "true")
class WorkerBeans {
    /**
     * Of the transaction of one small record. A successor reads checkpoints after a session timeout
     * of 30 s; by then, one that a killed replica has left open is aborted.
     */
    private static final Duration CHECKPOINT_TIMEOUT = Duration.ofSeconds(10);

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

    /**
     * This process among the replicas of its stage.
     *
     * @param name the same after a restart, different from every other replica's
     * @param gpus how many it has
     */
    record Replica(String name, int gpus) {}

    @Produces
    @Singleton
    Replica replica() {
        return new Replica(
                config.instance().orElseGet(WorkerBeans::hostName), Gpus.count(Path.of("/dev")));
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
    StageMetrics metrics(MeterRegistry registry, Replica replica) {
        return new StageMetrics(registry, stage, replica.gpus());
    }

    @Produces
    @Singleton
    TopicAccess access() {
        return TopicAccess.ofWorker(topics, stage, config.access());
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
    Cancellations cancellations() {
        return new Cancellations(client.settings(), topics, config.artifact().patience());
    }

    void close(@Disposes Cancellations cancellations) {
        cancellations.close();
    }

    @Produces
    @Singleton
    CheckpointLog checkpoints(EventRecords events, Replica replica) {
        var id = TopicAccess.transactionalIdPrefix(topics, stage) + "checkpoints." + replica.name();
        return new CheckpointLog(
                client.settings(),
                topics,
                events,
                new HandOver(client.settings(), id, CHECKPOINT_TIMEOUT),
                config.artifact().patience());
    }

    void close(@Disposes CheckpointLog log) {
        log.close();
    }

    @Produces
    @Singleton
    CheckpointFiles checkpointFiles(CheckpointLog checkpoints, ArtifactCache cache) {
        var store =
                new KafkaArtifactStore(
                        client.settings(),
                        topics.checkpointArtifacts(),
                        cache,
                        config.artifact().patience());
        return new CheckpointFiles(store, checkpoints);
    }

    void close(@Disposes CheckpointFiles files) {
        files.close();
    }

    @Produces
    @Singleton
    StepKeys stepKeys() {
        return new StepKeys(CodeDigest.ofChildren()::hex);
    }

    @Produces
    @Singleton
    StepCache stepCache(StepKeys keys, ArtifactStore store) {
        return new StepCache(
                client.settings(), topics, stage, config.artifact().patience(), keys, store);
    }

    void close(@Disposes StepCache cache) {
        cache.close();
    }

    @Produces
    @Singleton
    OutcomeRecords outcomes(
            EventRecords events,
            JobPlacement placement,
            StepKeys keys,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        return new OutcomeRecords(events, placement, keys, version);
    }

    @Produces
    @Singleton
    JobExecution.Services services(
            ArtifactStore store,
            StepCache cache,
            Cancellations cancellations,
            CheckpointLog checkpoints,
            CheckpointFiles files,
            EventRecords events,
            EventSender sender,
            @Any Instance<Preparation> preparation,
            ProgressPublisher progress,
            StageMetrics metrics) {
        var children = ChildSettings.of(config, config.job().deadline(), "pitlane.job.deadline");
        var runner =
                new JobRunner(
                        config.work().folder().resolve("job"),
                        store,
                        JobRunner.Settings.of(children, config));
        return new JobExecution.Services(
                runner,
                cache,
                new StepPreparation(preparation.stream().findFirst(), files, events, sender),
                new CrashLoopGuard(
                        checkpoints,
                        new ConsumerGroups(client.settings()),
                        config.job().attempts()),
                cancellations,
                checkpoints,
                files,
                config.checkpoint().every(),
                progress,
                metrics);
    }

    @Produces
    @Singleton
    JobHandler handler(
            JobReader reader,
            JobExecution.Services services,
            OutcomeRecords outcomes,
            Replica replica,
            StageMetrics metrics) {
        var id = TopicAccess.transactionalIdPrefix(topics, stage) + replica.name();
        var handOver = new HandOver(client.settings(), id);
        var publisher =
                new OutcomePublisher(
                        stage,
                        handOver,
                        new ArtifactUpload(topics.artifacts()),
                        outcomes,
                        new DeadLetterRecords(topics),
                        metrics);
        return new JobHandler(reader, services, handOver, publisher, config.job().deadline());
    }

    void close(@Disposes JobHandler handler) {
        handler.close();
    }
}
