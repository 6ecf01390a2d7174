package io.pitlane.pipeline.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskSpaceTest {
    @TempDir Path folder;

    @Test
    void aFullDiskAndAFullQuotaAreToldFromOtherErrors() {
        // Given
        var full = new IOException("model.tar.gz: No space left on device");
        var quota = new IOException("Disk quota exceeded");
        var denied = new IOException("Permission denied");

        // Then
        assertThat(DiskSpace.isExhausted(full)).isTrue();
        assertThat(DiskSpace.isExhausted(new UncheckedIOException(quota))).isTrue();
        assertThat(DiskSpace.isExhausted(denied)).isFalse();
        assertThat(DiskSpace.failure(denied, folder)).isEmpty();
    }

    @Test
    void aFileThatIsLargerThanTheFreeSpaceIsRefusedBeforeItIsWritten() throws IOException {
        // Given
        DiskSpace.require(folder, 1);

        // When
        // Then
        assertThatThrownBy(() -> DiskSpace.require(folder, Long.MAX_VALUE))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.kind()).isEqualTo(Failure.Kind.UNSUPPORTED_MACHINE))
                .hasMessageContaining(folder.toString());
    }
}
