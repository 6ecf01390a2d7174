package io.pitlane.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheFolderTest {
    @Test
    void theCacheIsInTheUsersOwnCacheFolder() {
        assertThat(cacheFolder(Map.of())).isEqualTo("/home/ann/.cache/pitlane");
        assertThat(cacheFolder(Map.of("XDG_CACHE_HOME", "/disk/cache")))
                .isEqualTo("/disk/cache/pitlane");
        assertThat(cacheFolder(Map.of("PITLANE_CACHE_FOLDER", "/var/lib/pitlane/cache")))
                .isEqualTo("/var/lib/pitlane/cache");
    }

    @Test
    void findingsAreInTheCacheUnlessTheyHaveAFolder() {
        assertThat(value("pitlane.findings.folder", Map.of("PITLANE_CACHE_FOLDER", "/var/cache")))
                .isEqualTo("/var/cache/findings");
        assertThat(value("pitlane.findings.folder", Map.of("PITLANE_FINDINGS_FOLDER", "/shared")))
                .isEqualTo("/shared");
    }

    private static String cacheFolder(Map<String, String> environment) {
        return value("pitlane.cache.folder", environment);
    }

    private static String value(String setting, Map<String, String> environment) {
        var defaults =
                PipelineConfig.class
                        .getClassLoader()
                        .getResource("META-INF/microprofile-config.properties");
        try {
            return new SmallRyeConfigBuilder()
                    .addDefaultInterceptors()
                    .withSources(new PropertiesConfigSource(defaults, 100))
                    .withSources(new EnvConfigSource(environment, 300))
                    .withDefaultValue("user.home", "/home/ann")
                    .build()
                    .getValue(setting, String.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
