package io.pitlane.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.bench.BatchMemory.Arrays;
import io.pitlane.bench.BatchMemory.JavaHeap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that takes 500 MB while idle and 100 MB for each image of a batch. */
class BatchMemoryTest {
    private static final long MB = 1_000_000;
    private static final JavaHeap LARGE_HEAP = new JavaHeap(8_000 * MB, 0);
    private static final Arrays SMALL = new Arrays(1_000, 1_000, 1_000);

    @TempDir Path proc;
    private final List<Integer> called = new ArrayList<>();

    @BeforeEach
    void anIdleProcess() throws IOException {
        peak(500 * MB);
        available(4_000 * MB);
    }

    @Test
    void aBatchThatFitsHasBeenCalledAtSmallerSizesFirst() {
        var shortage = memory(LARGE_HEAP).shortage(32, calls(SMALL));

        assertThat(shortage).isEmpty();
        assertThat(called).containsExactly(1, 4, 16, 32);
    }

    @Test
    void aBatchThatDoesNotFitIsNotCalled() {
        // Given: of 4 GB 90 % may be used, so 36 images
        var memory = memory(LARGE_HEAP);

        // When
        var first = memory.shortage(32, calls(SMALL));
        var second = memory.shortage(64, calls(SMALL));

        // Then
        assertThat(first).isEmpty();
        assertThat(second).contains("it needs about 6.40 GB of memory, and 3.60 GB are available");
        assertThat(called).containsExactly(1, 4, 16, 32);
    }

    @Test
    void theEstimateIsRefinedOnTheWay() {
        // Given: a first call that takes 3 GB once, so that 256 images seem not to fit
        IntFunction<Arrays> calls =
                size -> {
                    called.add(size);
                    peak(3_500 * MB + size * MB / 10);
                    return SMALL;
                };
        available(16_000 * MB);

        // When
        var shortage = memory(LARGE_HEAP).shortage(256, calls);

        // Then
        assertThat(shortage).isEmpty();
        assertThat(called).containsExactly(1, 4, 16, 64, 256);
    }

    @Test
    void whatTheJvmMayStillClaimIsNotAvailable() {
        var shortage = memory(new JavaHeap(2_500 * MB, 2_000 * MB)).shortage(32, calls(SMALL));

        assertThat(shortage)
                .contains("it needs about 3.20 GB of memory, and 1.80 GB are available");
        assertThat(called).containsExactly(1, 4, 16);
    }

    @Test
    void outputsThatDoNotFitInTheJavaHeapAreToldApart() {
        // Given: 17.3 million floats an image and as many in a buffer, beside 3.1 MB of image
        var masks = new Arrays(786_432, 17_301_504, 17_301_504);

        // When
        var shortage = memory(new JavaHeap(2_000 * MB, 0)).shortage(16, calls(masks));

        // Then
        assertThat(shortage)
                .contains(
                        "its images and outputs need about 2.47 GB of Java heap, and 2.00 GB are"
                                + " free (-Xmx in pitlane.job.jvm-options)");
        assertThat(called).containsExactly(1);
    }

    @Test
    void anOutputLargerThanAnArrayIsToldApart() {
        var masks = new Arrays(1_000, 40_000_000, 40_000_000);

        var shortage = memory(new JavaHeap(64_000 * MB, 0)).shortage(16, calls(masks));

        assertThat(shortage)
                .contains("an output would have about 2.56 GB, more than a Java array holds");
    }

    @Test
    void whereThePeakIsNotReportedEveryBatchIsCalled() throws IOException {
        Files.delete(proc.resolve("status"));
        Files.delete(proc.resolve("clear_refs"));
        Files.createDirectory(proc.resolve("clear_refs"));

        var shortage = memory(LARGE_HEAP).shortage(64, size -> SMALL);

        assertThat(shortage).isEmpty();
    }

    private BatchMemory memory(JavaHeap heap) {
        return new BatchMemory(
                new PeakMemory(proc), new AvailableMemory(proc, proc.resolve("none")), () -> heap);
    }

    private IntFunction<Arrays> calls(Arrays ofOne) {
        return size -> {
            called.add(size);
            peak(500 * MB + size * 100 * MB);
            return ofOne.times(size);
        };
    }

    private void peak(long bytes) {
        write("status", "VmHWM:\t" + bytes / 1024 + " kB\n");
        write("clear_refs", "");
    }

    private void available(long bytes) {
        write("meminfo", "MemAvailable:\t" + bytes / 1024 + " kB\n");
    }

    private void write(String name, String content) {
        try {
            Files.writeString(proc.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
