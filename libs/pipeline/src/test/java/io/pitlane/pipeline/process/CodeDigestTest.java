package io.pitlane.pipeline.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeDigestTest {
    private static final long YESTERDAY = 1_700_000_000_000L;

    @TempDir Path folder;
    private String before;

    @BeforeEach
    void aServiceWithOneJar() throws IOException {
        jar("app.jar", "Stage.class", "code", YESTERDAY);
        before = digest();
    }

    private String digest() {
        return new CodeDigest(folder + File.separator + "*").hex();
    }

    private void jar(String name, String entry, String content, long modified) throws IOException {
        try (var jar = new ZipOutputStream(Files.newOutputStream(folder.resolve(name)))) {
            jar.putNextEntry(
                    new ZipEntry(entry).setLastModifiedTime(FileTime.fromMillis(modified)));
            jar.write(content.getBytes());
        }
    }

    @Test
    void theSameCodeBuiltLaterHasTheSameDigest() throws IOException {
        // When
        Files.delete(folder.resolve("app.jar"));
        jar("renamed.jar", "Stage.class", "code", YESTERDAY + 86_400_000);

        // Then
        assertThat(digest()).isEqualTo(before).matches("[0-9a-f]{64}");
    }

    @Test
    void aClassThatChangesChangesTheDigest() throws IOException {
        // When
        jar("app.jar", "Stage.class", "edoc", YESTERDAY);

        // Then
        assertThat(digest()).isNotEqualTo(before);
    }

    @Test
    void aLibraryThatIsAddedChangesTheDigest() throws IOException {
        // When
        jar("library.jar", "Library.class", "more", YESTERDAY);

        // Then
        assertThat(digest()).isNotEqualTo(before);
    }

    @Test
    void classesInAFolderCountAsThoseInAJar() throws IOException {
        // Given
        var classes = Files.createDirectory(folder.resolve("classes"));
        Files.writeString(classes.resolve("Stage.class"), "code");

        // When
        var digest = new CodeDigest(classes + File.pathSeparator + folder.resolve("none")).hex();

        // Then
        assertThat(digest).isEqualTo(before);
    }
}
