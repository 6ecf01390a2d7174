package io.pitlane.pipeline.config;

import io.pitlane.contract.step.StageName;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The settings of a service, all under {@code pitlane.}. */
@ConfigMapping(prefix = "pitlane")
public interface PipelineConfig {

    /** The stage of this service; absent where it takes no jobs. */
    Optional<StageName> stage();

    /**
     * The name of this replica: the same after a restart, different from every other replica's of
     * its stage. The host's name when absent.
     */
    Optional<String> instance();

    /** Whether to stop when standard input ends, that is, when the starting process is gone. */
    @WithDefault("false")
    boolean exitWithParent();

    /** See {@link TopicsConfig}. */
    TopicsConfig topics();

    /** See {@link AccessConfig}. */
    AccessConfig access();

    /** See {@link WorkConfig}. */
    WorkConfig work();

    /** See {@link CacheConfig}. */
    CacheConfig cache();

    /** See {@link FindingsConfig}. */
    FindingsConfig findings();

    /** See {@link JobConfig}. */
    JobConfig job();

    /** See {@link TrialsConfig}. */
    TrialsConfig trials();

    /** See {@link CheckpointConfig}. */
    CheckpointConfig checkpoint();

    /** See {@link ArtifactConfig}. */
    ArtifactConfig artifact();

    /** The names of topics. */
    interface TopicsConfig {
        /** Begins every topic's name. */
        @WithDefault("pitlane.")
        String prefix();
    }

    /**
     * What the service does on the cluster beside what every worker does, from which the rights of
     * its user are derived. Fixed for each service. Topics are named without the prefix; {@code *}
     * at the end of a name stands for any rest.
     */
    interface AccessConfig {
        /** Topics that it reads. */
        Optional<List<String>> reads();

        /** Topics that it writes. */
        Optional<List<String>> writes();

        /** Topics that it creates where they are missing. */
        Optional<List<String>> creates();

        /** Consumer groups that it joins, without the topics' prefix. */
        Optional<List<String>> groups();

        /** Prefixes of its transactional ids, without the topics' prefix. */
        @WithName("transactional-ids")
        Optional<List<String>> transactionalIds();
    }

    /** Where jobs are done. */
    interface WorkConfig {
        /** Holds the files of the current job; emptied before and after each. */
        Path folder();
    }

    /** Where artifacts are kept once downloaded. */
    interface CacheConfig {
        /** May be shared by several processes of a user. */
        Path folder();

        /** Beyond this the least recently used are deleted. */
        @WithName("max-bytes")
        @WithDefault("10737418240")
        long maxBytes();
    }

    /** Where what steps measured is kept for later runs. */
    interface FindingsConfig {
        /** May be shared by several processes of a user. */
        Path folder();
    }

    /** How one job is done. */
    interface JobConfig {
        /** A job that takes longer fails its run. */
        @WithDefault("24H")
        Duration deadline();

        /** Time for the hand-over on top of the deadline, before the service reports not live. */
        @WithDefault("15M")
        Duration grace();

        /**
         * How long a service that is told to stop lets the current job go on, so that it need not
         * be repeated; after that, another replica resumes it from its last checkpoint.
         */
        @WithDefault("0S")
        Duration drain();

        /**
         * How many services may die of a step, one after the other and without progress, before its
         * run fails. A service whose child dies does not count.
         */
        @WithDefault("5")
        int attempts();

        /** For native arithmetic, where a step does not say; every processor when absent. */
        OptionalInt threads();

        /** Options of the child JVM, such as {@code -Xmx4g}. */
        @WithName("jvm-options")
        Optional<List<String>> jvmOptions();

        /**
         * Names of environment variables that the child gets beside those that the machine and
         * native libraries need.
         */
        Optional<List<String>> environment();
    }

    /** How trials of a search are run, where {@code pitlane.trials.enabled}. */
    interface TrialsConfig {
        /** A trial that takes longer fails. */
        @WithDefault("6H")
        Duration deadline();
    }

    /** How the progress of long work is kept. */
    interface CheckpointConfig {
        /** At most this much work is lost when a replica dies; each checkpoint is sent whole. */
        @WithDefault("30S")
        Duration every();
    }

    /** How artifacts are read and unpacked. */
    interface ArtifactConfig {
        /** How long a reader waits while the log does not move. */
        @WithDefault("90S")
        Duration patience();

        /** A model or data that unpack to more are refused. */
        @WithName("max-unpacked")
        @WithDefault("8G")
        MemorySize maxUnpacked();
    }
}
