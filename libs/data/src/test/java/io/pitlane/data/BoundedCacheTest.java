package io.pitlane.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BoundedCacheTest {
    @Test
    void itemsReadFirstStayCachedUpToTheLimit() {
        var reads = new AtomicInteger();
        var kept = new BoundedCache<>(4, i -> counted(i, reads), pixels -> pixels.length, 25);

        for (int epoch = 0; epoch < 3; epoch++) {
            for (int i = 0; i < 4; i++) {
                assertThat(kept.apply(i)[0]).isEqualTo((byte) i);
            }
        }

        // Two items of ten bytes are cached; the other two are read three times.
        assertThat(reads).hasValue(2 + 2 * 3);
    }

    private static byte[] counted(int i, AtomicInteger reads) {
        reads.incrementAndGet();
        var pixels = new byte[10];
        pixels[0] = (byte) i;
        return pixels;
    }
}
