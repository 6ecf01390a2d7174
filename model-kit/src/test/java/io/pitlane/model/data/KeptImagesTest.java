package io.pitlane.model.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeptImagesTest {
    @Test
    void imagesAreKeptWhileThereIsRoomAndReadAgainBeyondIt() {
        var reads = new AtomicInteger();
        var kept = new KeptImages(counting(reads), 25);

        for (int epoch = 0; epoch < 3; epoch++) {
            for (int i = 0; i < 4; i++) {
                assertThat(kept.image(i).pixels()[0]).isEqualTo((byte) i);
            }
        }

        // Two of ten bytes each are kept; the other two are read three times.
        assertThat(reads).hasValue(2 + 2 * 3);
    }

    private static ImageStore counting(AtomicInteger reads) {
        return new ImageStore() {
            @Override
            public int size() {
                return 4;
            }

            @Override
            public Image image(int i) {
                reads.incrementAndGet();
                var pixels = new byte[10];
                pixels[0] = (byte) i;
                return new Image(10, 1, 1, pixels);
            }
        };
    }
}
