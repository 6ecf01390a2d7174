package io.pitlane.pipeline.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.pipeline.config.PipelineConfig;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ChildSettingsTest {

    @Test
    void aChildIsToldWhereFindingsAreBeforeTheOptionsOfTheUser() {
        // Given
        var config =
                new SmallRyeConfigBuilder()
                        .withConverter(Duration.class, 300, new DurationConverter())
                        .withConverter(MemorySize.class, 300, new MemorySizeConverter())
                        .withMapping(PipelineConfig.class)
                        .withDefaultValue("pitlane.work.folder", "work")
                        .withDefaultValue("pitlane.cache.folder", "cache")
                        .withDefaultValue("pitlane.findings.folder", "/var/findings")
                        .withDefaultValue("pitlane.job.jvm-options", "-Xmx2g")
                        .build()
                        .getConfigMapping(PipelineConfig.class);

        // When
        var settings = ChildSettings.of(config, Duration.ofHours(1), "a setting");

        // Then
        assertThat(settings.jvmOptions())
                .containsExactly("-Dpitlane.findings.folder=/var/findings", "-Xmx2g");
    }
}
