package io.pitlane.pipeline.process;

import io.pitlane.pipeline.child.ChildMain;
import io.pitlane.pipeline.config.PipelineConfig;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

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
            PipelineConfig config, Duration deadline, String deadlineSetting) {
        var findings = "-D" + ChildMain.FINDINGS + "=" + config.findings().folder();
        var options = config.job().jvmOptions().orElse(List.of());
        return new ChildSettings(
                deadline,
                deadlineSetting,
                Stream.concat(Stream.of(findings), options.stream()).toList(),
                config.job().environment().orElse(List.of()));
    }
}
