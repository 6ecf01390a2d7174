package io.pitlane.pipeline.config;

import io.pitlane.contract.Topics;
import io.pitlane.pipeline.artifact.ArtifactCache;
import io.pitlane.pipeline.artifact.ArtifactStore;
import io.pitlane.pipeline.artifact.KafkaArtifactStore;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes beans of classes without annotations. */
@ApplicationScoped
class Beans {

    @Produces
    @Singleton
    @DefaultBean
    Topics topics(PipelineConfig config) {
        return new Topics(config.topics().prefix());
    }

    /** One for all stores, which make room for each other. */
    @Produces
    @Singleton
    @DefaultBean
    ArtifactCache artifactCache(PipelineConfig config) {
        return new ArtifactCache(config.cache().folder(), config.cache().maxBytes());
    }

    @Produces
    @ApplicationScoped
    @DefaultBean
    ArtifactStore artifactStore(
            PipelineConfig config, Topics topics, KafkaClientConfig client, ArtifactCache cache) {
        return new KafkaArtifactStore(
                client.settings(), topics.artifacts(), cache, config.artifact().patience());
    }

    void close(@Disposes ArtifactStore store) throws Exception {
        if (store instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }
}
