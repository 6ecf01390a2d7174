package io.pitlane.pipeline.testing;

import io.pitlane.contract.Topics;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.topics.TopicAccess;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the services in this source tree declare to do on the cluster. */
public final class DeclaredAccess {
    private static final String GATEWAY = "gateway";
    private static final String PREFIX = "pitlane.access";

    private DeclaredAccess() {}

    /** Every service's. */
    public static List<TopicAccess> all(Topics topics) {
        var all = new ArrayList<TopicAccess>();
        for (var stage : StageName.values()) {
            all.add(ofStage(topics, stage));
        }
        all.add(TopicAccess.of(GATEWAY, topics, declared(GATEWAY)));
        return List.copyOf(all);
    }

    /** That of a stage's service. */
    public static TopicAccess ofStage(Topics topics, StageName stage) {
        return TopicAccess.ofWorker(topics, stage, declared(stage.label()));
    }

    private static PipelineConfig.AccessConfig declared(String service) {
        return new SmallRyeConfigBuilder()
                .withMapping(PipelineConfig.AccessConfig.class, PREFIX)
                .withSources(new PropertiesConfigSource(settings(service), service, 100))
                .build()
                .getConfigMapping(PipelineConfig.AccessConfig.class, PREFIX);
    }

    /** The settings of a service that declare its access, by their names. */
    public static Map<String, String> settings(String service) {
        var file =
                Path.of(System.getProperty("pitlane.root"))
                        .resolve(service + "-service/src/main/resources/application.properties");
        try {
            var source = new PropertiesConfigSource(file.toUri().toURL(), 100);
            var settings = new HashMap<>(source.getProperties());
            settings.keySet().removeIf(name -> !name.startsWith(PREFIX));
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
