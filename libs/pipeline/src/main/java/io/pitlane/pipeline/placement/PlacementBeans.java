package io.pitlane.pipeline.placement;

import io.pitlane.contract.Topics;
import io.pitlane.pipeline.config.KafkaClientConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes beans of classes without annotations. */
@ApplicationScoped
class PlacementBeans {

    @Produces
    @Singleton
    JobPlacement placement(Topics topics, KafkaClientConfig client) {
        return new JobPlacement(client.settings(), topics);
    }

    void close(@Disposes JobPlacement placement) {
        placement.close();
    }
}
