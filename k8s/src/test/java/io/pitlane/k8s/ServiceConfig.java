package io.pitlane.k8s;

import io.pitlane.pipeline.config.PipelineConfig;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The built-in settings of a service: its own, which override those of all services. */
final class ServiceConfig {
    private final SmallRyeConfig config;

    ServiceConfig(String service) {
        var own =
                Path.of(System.getProperty("pitlane.root"))
                        .resolve(service + "-service/src/main/resources/application.properties");
        var common = ServiceConfig.class.getResource("/META-INF/microprofile-config.properties");
        try {
            config =
                    new SmallRyeConfigBuilder()
                            .addDefaultInterceptors()
                            .withSources(
                                    new PropertiesConfigSource(common, 100),
                                    new PropertiesConfigSource(own.toUri().toURL(), 250))
                            .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The topic that a channel reads. */
    String topic(String channel) {
        return config.getValue("mp.messaging.incoming." + channel + ".topic", String.class);
    }

    /** The consumer group of a channel. */
    String group(String channel) {
        return config.getValue("mp.messaging.incoming." + channel + ".group.id", String.class);
    }

    /** The access to the cluster that the service declares. */
    PipelineConfig.AccessConfig access() {
        return new Access(config);
    }

    /** Without the classes that SmallRye generates, for which the bytecode library is missing. */
    private record Access(SmallRyeConfig config) implements PipelineConfig.AccessConfig {

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
            return config.getOptionalValues("pitlane.access." + setting, String.class);
        }
    }

    boolean reads(String channel) {
        return config.getValue("mp.messaging.incoming." + channel + ".enabled", Boolean.class);
    }
}
