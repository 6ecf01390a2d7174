package io.pitlane.pipeline.process;

import java.time.Duration;
import java.util.List;

/**
 * How child JVMs are run.
 *
 * @param deadline for one task, its second try included
 * @param deadlineSetting what people change where it is too short
 * @param jvmOptions such as {@code -Xmx2g}
 */
public record ChildSettings(Duration deadline, String deadlineSetting, List<String> jvmOptions) {
    public ChildSettings {
        jvmOptions = List.copyOf(jvmOptions);
    }
}
