package io.pitlane.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.failure.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFilesTest {
    @TempDir Path folder;

    @Test
    void aPatternNamesItsFilesInOrder() throws IOException {
        for (var name : new String[] {"train-2", "train-1", "test-1", "train-3.d/x"}) {
            Files.createDirectories(folder.resolve("in").resolve(name).getParent());
            Files.createFile(folder.resolve("in").resolve(name));
        }

        assertThat(DataFiles.matching(folder, "in/train-*"))
                .containsExactly("in/train-1", "in/train-2");
        assertThat(DataFiles.matching(folder.resolve("in"), "{train,test}-1"))
                .containsExactly("test-1", "train-1");
    }

    @Test
    void aPlainPathStandsForItselfWhetherItIsThereOrNot() throws IOException {
        Files.createFile(folder.resolve("odd[1]"));

        assertThat(DataFiles.matching(folder, "odd[1]")).containsExactly("odd[1]");
        assertThat(DataFiles.matching(folder, "none")).containsExactly("none");
    }

    @Test
    void aPatternThatNamesNothingIsRefused() {
        assertThatThrownBy(() -> DataFiles.matching(folder, "train-*"))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("no file's name fits train-*");
        assertThatThrownBy(() -> DataFiles.matching(folder, "nowhere/train-*"))
                .hasMessageContaining("nowhere");
    }
}
