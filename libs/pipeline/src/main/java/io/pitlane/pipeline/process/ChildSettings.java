package io.pitlane.pipeline.process;

import io.pitlane.pipeline.config.PipelineConfig;
import java.time.Duration;
import java.util.List;

/**
 * How child JVMs are run.
 *
 * @param deadline for one task, its second attempt included
 * @param deadlineSetting the setting to raise where it is too short
 * @param jvmOptions such as {@code -Xmx2g}
 * @param environment names of environment variables that the child gets beside the harmless ones
 */
public record ChildSettings(
        Duration deadline,
        String deadlineSetting,
        List<String> jvmOptions,
        List<String> environment) {

    public ChildSettings {
        jvmOptions = List.copyOf(jvmOptions);
        environment = List.copyOf(environment);
    }

    /** The service's settings, with a deadline. */
    public static ChildSettings of(
            PipelineConfig.JobConfig config, Duration deadline, String deadlineSetting) {
        return new ChildSettings(
                deadline,
                deadlineSetting,
                config.jvmOptions().orElse(List.of()),
                config.environment().orElse(List.of()));
    }
}
