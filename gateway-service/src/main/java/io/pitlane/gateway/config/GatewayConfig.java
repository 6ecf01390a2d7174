package io.pitlane.gateway.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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

    /** See {@link SecurityConfig}. */
    SecurityConfig security();

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

        /** Number of uploads taken at a time. */
        @WithDefault("4")
        int parallel();

        /** Longer than this, and an upload is refused. */
        @WithDefault("30M")
        Duration deadline();

        /** Space on the work folder's disk that no upload may use up. */
        @WithDefault("1G")
        MemorySize keepFree();
    }

    /** Runs kept in memory. */
    interface RunsConfig {
        /** Number of runs known, the youngest; those at work are known always. */
        @WithDefault("10000")
        int kept();

        /** Number of runs at work from which on no other is started. */
        @WithDefault("1000")
        int activeMax();
    }

    /** Server-sent events. */
    interface EventsConfig {
        /** Time between two signs of life on a stream where nothing happens. */
        @WithDefault("15s")
        Duration heartbeat();
    }

    /** Who may come in; with nothing set everybody, and then only from this machine. */
    interface SecurityConfig {
        /** Keys, each as {@code name:key}; the name is for the log. */
        Optional<List<String>> apiKeys();

        /** File with one {@code name:key} a line, read again when it changes. */
        Optional<Path> apiKeysFile();

        /** Role that a token must carry; none when absent. */
        Optional<String> role();
    }
}
