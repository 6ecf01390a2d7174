package io.pitlane.formats.packed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZstdNativesTest {
    private static final int LENGTH = 1000;

    @TempDir private Path folder;

    /** Packs zeros, and prints how many come back. */
    static final class Program {
        public static void main(String[] arguments) throws IOException {
            var packed = PlainBytes.pack(new byte[LENGTH]);
            System.out.print(PlainBytes.unpack(packed, LENGTH).length);
        }
    }

    /** In a process of its own, since a library is loaded once per process. */
    @Test
    void nothingIsUnpackedIntoTheFolderForTemporaryFiles() throws Exception {
        // Given
        var java = ProcessHandle.current().info().command().orElseThrow();
        var temporary = "-Djava.io.tmpdir=" + folder.resolve("missing");
        var classPath = System.getProperty("java.class.path");

        // When
        var process =
                new ProcessBuilder(java, temporary, "-cp", classPath, Program.class.getName())
                        .redirectError(folder.resolve("errors").toFile())
                        .start();
        var printed = process.getInputStream().readAllBytes();

        // Then
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(folder.resolve("errors")).isEmptyFile();
        assertThat(new String(printed, StandardCharsets.UTF_8)).isEqualTo("" + LENGTH);
    }
}
