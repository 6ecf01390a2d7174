package io.pitlane.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {
    private static final String FIRST = "0123456789abcdef0123456789abcdef";
    private static final String SECOND = "fedcba9876543210fedcba9876543210";

    @TempDir Path folder;

    @Test
    void aKeyIsResolvedToItsOwner() {
        // Given
        var keys = new ApiKeys(List.of("ci:" + FIRST, "alice:" + SECOND), Optional.empty());

        // Then
        assertThat(owner(keys, FIRST)).contains("ci");
        assertThat(owner(keys, SECOND)).contains("alice");
        assertThat(owner(keys, FIRST.toUpperCase())).isEmpty();
        assertThat(owner(keys, "")).isEmpty();
    }

    @Test
    void aKeyMayBeMarkedToReadOnly() throws IOException {
        // Given
        var file = write("grafana:" + FIRST + "   read-only ");

        // When
        var keys = new ApiKeys(List.of("ci:" + SECOND), Optional.of(file));

        // Then
        assertThat(keys.find(FIRST).orElseThrow().permission()).isEqualTo(Permission.READ);
        assertThat(keys.find(SECOND).orElseThrow().permission()).isEqualTo(Permission.OPERATE);
        assertThat(keys.find(FIRST + " read-only")).isEmpty();
    }

    @Test
    void withoutKeysNoneAreConfigured() {
        assertThat(new ApiKeys(List.of(), Optional.empty()).configured()).isFalse();
    }

    @Test
    void keysAreReadFromAFile() throws IOException {
        // Given
        var file = write("# who: key", "", "  ci:" + FIRST + "  ");

        // When
        var keys = new ApiKeys(List.of("alice:" + SECOND), Optional.of(file));

        // Then
        assertThat(owner(keys, FIRST)).contains("ci");
        assertThat(owner(keys, SECOND)).contains("alice");
    }

    @Test
    void aFileThatChangesReplacesItsKeys() throws IOException {
        // Given
        var keys = new ApiKeys(List.of(), Optional.of(write("ci:" + FIRST)));

        // When
        write("ci:" + SECOND);

        // Then
        assertThat(owner(keys, SECOND)).contains("ci");
        assertThat(owner(keys, FIRST)).isEmpty();
    }

    @Test
    void aFileThatBecomesInvalidLeavesTheKeysUnchanged() throws IOException {
        // Given
        var keys = new ApiKeys(List.of(), Optional.of(write("ci:" + FIRST)));

        // When
        write("ci:short");
        assertThat(owner(keys, FIRST)).contains("ci");
        Files.delete(folder.resolve("keys"));

        // Then
        assertThat(owner(keys, FIRST)).contains("ci");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0123456789abcdef0123456789abcdef",
                ":0123456789abcdef0123456789abcdef",
                "two words:0123456789abcdef0123456789abcdef",
                "ci:0123456789abcdef",
                "ci:0123456789abcdef 0123456789abcdef",
                "ci:0123456789abcdef0123456789abcdef readonly",
                "ci:0123456789abcdef0123456789abcdef read-only 2"
            })
    void aMalformedKeyIsRefusedWithoutBeingShown(String line) {
        assertThatThrownBy(() -> new ApiKeys(List.of(line), Optional.empty()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("pitlane.security.api-keys: ")
                .hasMessageNotContaining("0123456789abcdef");
    }

    @Test
    void aFileWithoutKeysIsRefused() throws IOException {
        var file = write("# none yet");

        assertThatThrownBy(() -> new ApiKeys(List.of(), Optional.of(file)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(file + " holds no key");
    }

    @Test
    void aMissingFileIsNamed() {
        var file = folder.resolve("nowhere");

        assertThatThrownBy(() -> new ApiKeys(List.of(), Optional.of(file)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("pitlane.security.api-keys-file: cannot read " + file);
    }

    private static Optional<String> owner(ApiKeys keys, String key) {
        return keys.find(key).map(ApiKeys.Entry::owner);
    }

    /** Every writing is told from the one before by its time, as a replaced Secret is. */
    private Path write(String... lines) throws IOException {
        var file = folder.resolve("keys");
        var before =
                Files.exists(file) ? Files.getLastModifiedTime(file).toInstant() : Instant.EPOCH;
        Files.write(file, List.of(lines));
        Files.setLastModifiedTime(file, FileTime.from(before.plusSeconds(60)));
        return file;
    }
}
