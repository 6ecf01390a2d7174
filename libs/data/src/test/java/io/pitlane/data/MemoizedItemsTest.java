package io.pitlane.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MemoizedItemsTest {
    @Test
    void whatWasAskedForFirstIsKeptWhileThereIsRoomAndTheRestReadAgain() {
        var reads = new AtomicInteger();
        var kept = new MemoizedItems<>(4, i -> counted(i, reads), pixels -> pixels.length, 25);

        for (int epoch = 0; epoch < 3; epoch++) {
            for (int i = 0; i < 4; i++) {
                assertThat(kept.apply(i)[0]).isEqualTo((byte) i);
            }
        }

        // Two of ten bytes each are kept; the other two are read three times.
        assertThat(reads).hasValue(2 + 2 * 3);
    }

    private static byte[] counted(int i, AtomicInteger reads) {
        reads.incrementAndGet();
        var pixels = new byte[10];
        pixels[0] = (byte) i;
        return pixels;
    }
}
