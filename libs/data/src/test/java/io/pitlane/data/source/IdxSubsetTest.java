package io.pitlane.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.data.DataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxSubsetTest {
    private static final int[] LABELS = {0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2};

    @TempDir Path folder;

    @Test
    void everyClassIsTakenEquallyOften() {
        var taken = Arrays.stream(IdxSubset.choose(LABELS, 6, 1)).map(i -> LABELS[i]).toArray();

        assertThat(taken).containsExactlyInAnyOrder(0, 0, 1, 1, 2, 2);
    }

    @Test
    void theSeedDecides() {
        assertThat(IdxSubset.choose(LABELS, 6, 1)).isEqualTo(IdxSubset.choose(LABELS, 6, 1));
        assertThat(IdxSubset.choose(LABELS, 6, 1)).isNotEqualTo(IdxSubset.choose(LABELS, 6, 2));
    }

    @Test
    void theWrittenSetHoldsTheImagesWithTheirLabels() throws IOException {
        var images = folder.resolve("images");
        var labels = folder.resolve("labels");
        Files.write(
                images, new byte[] {0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 1, 10, 11, 12});
        Files.write(labels, new byte[] {0, 0, 8, 1, 0, 0, 0, 3, 0, 1, 2});

        IdxSubset.main(
                new String[] {
                    images.toString(),
                    labels.toString(),
                    "2",
                    "5",
                    folder.resolve("some.gz").toString(),
                    folder.resolve("theirs.gz").toString()
                });

        var set = ImageSources.open(new DataSource.Idx("some.gz", "theirs.gz"), folder);
        assertThat(set.size()).isEqualTo(2);
        for (int i = 0; i < 2; i++) {
            assertThat(set.image(i).pixels()[0] - 10).isEqualTo(set.labels().orElseThrow()[i]);
        }
    }
}
