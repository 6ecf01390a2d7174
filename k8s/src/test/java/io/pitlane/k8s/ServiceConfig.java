package io.pitlane.k8s;

import io.pitlane.pipeline.config.PipelineConfig;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The settings that a service is built with: its own, over those that all have in common. */
final class ServiceConfig {
    private static final String ACCESS = "pitlane.access";

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
                            .withMapping(PipelineConfig.AccessConfig.class, ACCESS)
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

    /** The group in which it does. */
    String group(String channel) {
        return config.getValue("mp.messaging.incoming." + channel + ".group.id", String.class);
    }

    /** What the service declares to do on the cluster. */
    PipelineConfig.AccessConfig access() {
        return config.getConfigMapping(PipelineConfig.AccessConfig.class, ACCESS);
    }

    boolean reads(String channel) {
        return config.getValue("mp.messaging.incoming." + channel + ".enabled", Boolean.class);
    }
}
