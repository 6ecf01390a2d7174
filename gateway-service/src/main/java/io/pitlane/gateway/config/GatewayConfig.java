package io.pitlane.gateway.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The gateway's own settings; application.properties says what each is for. */
@ConfigMapping(prefix = "pitlane")
public interface GatewayConfig {

    /** See {@link TopicsConfig}. */
    TopicsConfig topics();

    /** See {@link UploadConfig}. */
    UploadConfig upload();

    /** See {@link RunsConfig}. */
    RunsConfig runs();

    /** See {@link EventsConfig}. */
    EventsConfig events();

    /** The topics the services meet at. */
    interface TopicsConfig {
        /** Whether missing topics are created at start. */
        @WithDefault("true")
        boolean create();
    }

    /** What may be uploaded. */
    interface UploadConfig {
        /** Size of the largest artifact accepted. */
        @WithDefault("2G")
        MemorySize maxBytes();
    }

    /** Runs kept in memory. */
    interface RunsConfig {
        /** Number of runs known, the youngest; those at work are known always. */
        @WithDefault("10000")
        int kept();
    }

    /** Server-sent events. */
    interface EventsConfig {
        /** Time between two signs of life on a stream where nothing happens. */
        @WithDefault("15s")
        Duration heartbeat();
    }
}
