package io.pitlane.pipeline.config;

import io.pitlane.contract.StageName;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What can be set about a service, all under {@code pitlane.}. */
@ConfigMapping(prefix = "pitlane")
public interface PipelineConfig {

    /** Which stage this service is; absent where it does no jobs. */
    Optional<StageName> stage();

    /**
     * A name that this replica keeps across restarts and shares with no other of its stage. The
     * host's name when absent.
     */
    Optional<String> instance();

    /** Whether to end when standard input does, that is, when the starting process is gone. */
    @WithDefault("false")
    boolean exitWithParent();

    /** See {@link TopicsConfig}. */
    TopicsConfig topics();

    /** See {@link WorkConfig}. */
    WorkConfig work();

    /** See {@link CacheConfig}. */
    CacheConfig cache();

    /** See {@link JobConfig}. */
    JobConfig job();

    /** See {@link TrialsConfig}. */
    TrialsConfig trials();

    /** See {@link CheckpointConfig}. */
    CheckpointConfig checkpoint();

    /** See {@link ArtifactConfig}. */
    ArtifactConfig artifact();

    /** The topics to meet at. */
    interface TopicsConfig {
        /** What every topic's name begins with. */
        @WithDefault("pitlane.")
        String prefix();
    }

    /** Where jobs are done. */
    interface WorkConfig {
        /** Holds the files of the job at work; emptied before and after each. */
        Path folder();
    }

    /** Where artifacts are kept once downloaded. */
    interface CacheConfig {
        /** May be shared by several processes. */
        Path folder();

        /** Beyond this the least recently used go. */
        @WithName("max-bytes")
        @WithDefault("10737418240")
        long maxBytes();
    }

    /** How one job is done. */
    interface JobConfig {
        /** Longer than this, and the run fails. */
        @WithDefault("24H")
        Duration deadline();

        /** What a hand-over may take on top before the service reports not live. */
        @WithDefault("15M")
        Duration grace();

        /**
         * How long a service that is told to end lets the job in hand go on, so that it need not be
         * done again; after that, others take it up from its last checkpoint.
         */
        @WithDefault("0S")
        Duration drain();

        /**
         * How many services may die of a step, one after the other and without it coming any
         * further, before its run fails. A service whose work process dies does not count.
         */
        @WithDefault("5")
        int attempts();

        /** For native arithmetic; every processor when absent. Bench's steps name their own. */
        OptionalInt threads();

        /** Options of the JVM that does the work, such as {@code -Xmx4g}. */
        @WithName("jvm-options")
        Optional<List<String>> jvmOptions();

        /**
         * Names of environment variables that the JVM which does the work gets beside those that
         * the machine and native libraries need.
         */
        Optional<List<String>> environment();
    }

    /** How trials of a search are done, where {@code pitlane.trials.enabled}. */
    interface TrialsConfig {
        /** Longer than this, and the trial counts as failed. */
        @WithDefault("6H")
        Duration deadline();
    }

    /** How a long work is made to survive. */
    interface CheckpointConfig {
        /** At most this much work is lost when a replica dies; each checkpoint travels whole. */
        @WithDefault("30S")
        Duration every();
    }

    /** How artifacts are read. */
    interface ArtifactConfig {
        /** How long a reader waits while the log does not move. */
        @WithDefault("90S")
        Duration patience();
    }
}
