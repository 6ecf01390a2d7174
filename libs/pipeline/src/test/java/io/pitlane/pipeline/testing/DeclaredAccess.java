package io.pitlane.pipeline.testing;

import io.pitlane.contract.Topics;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.topics.TopicAccess;
import io.smallrye.config.PropertiesConfigSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        return new Settings(settings(service));
    }

    /** Without the classes that SmallRye generates, which need a library that few tests have. */
    private record Settings(Map<String, String> all) implements PipelineConfig.AccessConfig {

        @Override
        public Optional<List<String>> reads() {
            return names("reads");
        }

        @Override
        public Optional<List<String>> writes() {
            return names("writes");
        }

        @Override
        public Optional<List<String>> creates() {
            return names("creates");
        }

        @Override
        public Optional<List<String>> groups() {
            return names("groups");
        }

        @Override
        public Optional<List<String>> transactionalIds() {
            return names("transactional-ids");
        }

        private Optional<List<String>> names(String setting) {
            return Optional.ofNullable(all.get(PREFIX + "." + setting))
                    .map(value -> List.of(value.split(",")));
        }
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
