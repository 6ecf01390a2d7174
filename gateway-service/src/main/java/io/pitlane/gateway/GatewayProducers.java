package io.pitlane.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pitlane.contract.Topics;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.topics.TopicAccess;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Beans whose classes belong to other modules. */
@Singleton
class GatewayProducers {

    /** The REST interface uses the same JSON as the topics. */
    @Produces
    @Singleton
    ObjectMapper json() {
        return ContractJson.MAPPER;
    }

    @Produces
    @Singleton
    TopicAccess access(Topics topics, PipelineConfig config) {
        return TopicAccess.of("gateway", topics, config.access());
    }

    @Produces
    @Singleton
    EventRecords events(Topics topics) {
        return new EventRecords(topics, "gateway");
    }
}
