package io.pitlane.pipeline.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.finding.CalibrationRanges;
import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.finding.OutputError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindingCacheTest {
    private static final CalibrationRanges RANGES = new CalibrationRanges(List.of());
    private static final long MANY = 1 << 20;

    @TempDir Path folder;

    @Test
    void aFindingIsFoundByItsKeyAndKind() {
        // Given
        var error = new OutputError(20.0, 0.01, 0.99, null);
        var sensitivity = new LayerSensitivity(256, null, null, error, List.of());
        var key = cache(MANY).key(Map.of("samples", 256));

        // When
        cache(MANY).save(key, sensitivity);

        // Then
        assertThat(cache(MANY).find(key, LayerSensitivity.class)).contains(sensitivity);
        assertThat(cache(MANY).find(key, CalibrationRanges.class)).isEmpty();
        assertThat(cache(MANY).find("other", LayerSensitivity.class)).isEmpty();
    }

    @Test
    void theKeyDependsOnWhatIsGivenAndOnTheCode() {
        var key = cache(MANY).key(Map.of("a", 1, "b", 2));

        assertThat(key).matches("[0-9a-f]{64}").isEqualTo(cache(MANY).key(Map.of("b", 2, "a", 1)));
        assertThat(cache(MANY).key(Map.of("a", 1, "b", 3))).isNotEqualTo(key);
        assertThat(new FindingCache(folder, () -> "changed", MANY).key(Map.of("a", 1, "b", 2)))
                .isNotEqualTo(key);
    }

    @Test
    void aDamagedFileCountsAsMissingAndIsReplaced() throws IOException {
        // Given
        cache(MANY).save("key", RANGES);
        var file = folder.resolve("key.json");
        Files.writeString(file, Files.readString(file).substring(5));

        // When
        var damaged = cache(MANY).find("key", CalibrationRanges.class);
        cache(MANY).save("key", RANGES);

        // Then
        assertThat(damaged).isEmpty();
        assertThat(cache(MANY).find("key", CalibrationRanges.class)).contains(RANGES);
    }

    @Test
    void aFileOfAnotherKeyCountsAsMissing() throws IOException {
        // Given
        cache(MANY).save("key", RANGES);

        // When
        Files.move(folder.resolve("key.json"), folder.resolve("other.json"));

        // Then
        assertThat(cache(MANY).find("other", CalibrationRanges.class)).isEmpty();
    }

    @Test
    void theLeastRecentlyUsedIsDeletedWhenThereAreTooMany() throws IOException {
        // Given two files, of which the older was used last
        cache(MANY).save("used", RANGES);
        cache(MANY).save("idle", RANGES);
        age("used", 200);
        age("idle", 100);
        cache(MANY).find("used", CalibrationRanges.class);
        long one = Files.size(folder.resolve("used.json"));

        // When
        cache(2 * one).save("last", RANGES);

        // Then
        assertThat(folder)
                .isDirectoryNotContaining("glob:**idle.json")
                .isDirectoryContaining("glob:**used.json")
                .isDirectoryContaining("glob:**last.json");
    }

    @Test
    void nothingIsKeptWithoutAFolderThatCanBeWritten() throws IOException {
        // Given
        var file = Files.createFile(folder.resolve("file"));

        for (var nowhere : new FindingCache[] {in(null), in(file), in(file.resolve("below"))}) {
            // When
            nowhere.save("key", RANGES);

            // Then
            assertThat(nowhere.find("key", CalibrationRanges.class)).isEmpty();
        }
    }

    private void age(String key, int seconds) throws IOException {
        Files.setLastModifiedTime(
                folder.resolve(key + ".json"), FileTime.from(Instant.now().minusSeconds(seconds)));
    }

    private FindingCache cache(long maxBytes) {
        return new FindingCache(folder, () -> "code", maxBytes);
    }

    private static FindingCache in(Path folder) {
        return new FindingCache(folder, () -> "code", MANY);
    }
}
