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

    /** See {@link InspectConfig}. */
    InspectConfig inspect();

    /** See {@link RunsConfig}. */
    RunsConfig runs();

    /** See {@link EventsConfig}. */
    EventsConfig events();

    /** See {@link SecurityConfig}. */
    SecurityConfig security();

    /** The topics. */
    interface TopicsConfig {
        /** Whether missing topics are created at start. */
        @WithDefault("true")
        boolean create();
    }

    /** Limits of uploads. */
    interface UploadConfig {
        /** Size of the largest artifact accepted. */
        @WithDefault("2G")
        MemorySize maxBytes();

        /** Number of uploads received at a time. */
        @WithDefault("4")
        int parallel();

        /** Time after which an upload is refused. */
        @WithDefault("30M")
        Duration deadline();

        /** Space that uploads leave free on the disk of the work folder. */
        @WithDefault("1G")
        MemorySize keepFree();
    }

    /** Description of uploaded models. */
    interface InspectConfig {
        /**
         * The command line of Pitlane as program and arguments, to which {@code inspect FILE
         * --json} is added; without it no models are described.
         */
        Optional<List<String>> command();

        /** Time after which a description is given up. */
        @WithDefault("2M")
        Duration deadline();
    }

    /** Runs kept in memory. */
    interface RunsConfig {
        /** Number of runs kept, the newest; running ones are always kept. */
        @WithDefault("10000")
        int kept();

        /** Number of running runs from which on no other is started. */
        @WithDefault("1000")
        int activeMax();
    }

    /** Server-sent events. */
    interface EventsConfig {
        /** Time between two comments on an idle stream. */
        @WithDefault("15s")
        Duration heartbeat();
    }

    /**
     * Authentication; when nothing is set, none is needed and the gateway listens on loopback only.
     */
    interface SecurityConfig {
        /** API keys, each as {@code name:key}; the name is for the log. */
        Optional<List<String>> apiKeys();

        /** File with one {@code name:key} a line, read again when it changes. */
        Optional<Path> apiKeysFile();

        /**
         * Names, without a port, that the Host header of a request may hold beside those of the
         * loopback interface.
         */
        Optional<List<String>> hosts();

        /** Role that a token must have to change something; none when absent. */
        Optional<String> role();

        /** Role with which a token may read only. */
        Optional<String> readerRole();
    }
}
