package io.pitlane.pipeline.process;

import java.time.Duration;
import java.util.List;

/**
 * How child JVMs are run.
 *
 * @param deadline for one task, its second try included
 * @param deadlineSetting what people change where it is too short
 * @param jvmOptions such as {@code -Xmx2g}
 * @param environment names of environment variables that they get beside the harmless ones
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
}
