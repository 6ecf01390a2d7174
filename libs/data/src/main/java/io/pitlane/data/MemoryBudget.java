package io.pitlane.data;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * The memory that this process may use for images, batches and training: shares of the Java heap,
 * and native memory that TensorFlow computes in.
 *
 * <p>Both follow from limits, not from what is free at the moment. The same limits give the same
 * micro-batches, and with them the same trained weights.
 *
 * @param heap maximum size of the Java heap, in bytes
 * @param nativeMemory what TensorFlow may use outside the heap, in bytes
 */
public record MemoryBudget(long heap, long nativeMemory) {
    /** System property: {@link #nativeMemory} in MiB. */
    private static final String NATIVE_MIB = "pitlane.native-memory-mib";

    private static final int SMALLEST_NATIVE_SHARE = 16;

    public MemoryBudget {
        if (heap <= 0 || nativeMemory <= 0) {
            throw new IllegalArgumentException(
                    "heap of %d and native memory of %d bytes".formatted(heap, nativeMemory));
        }
    }

    /**
     * The budget of this process. Native memory is the system property {@code
     * pitlane.native-memory-mib}, or half of what the heap leaves of the machine's or the
     * container's memory.
     */
    public static MemoryBudget ofProcess() {
        long heap = Runtime.getRuntime().maxMemory();
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long total = system.getTotalMemorySize();
        long left = Math.max((total - heap) / 2, total / SMALLEST_NATIVE_SHARE);
        Integer set = Integer.getInteger(NATIVE_MIB);
        return new MemoryBudget(heap, set == null ? left : (long) set << 20);
    }

    /** For records of compressed files, which cannot be read again one by one: half of the heap. */
    public long records() {
        return heap / 2;
    }

    /** For decoded images that stay in memory: a quarter of the heap. */
    public long imageCache() {
        return heap / 4;
    }

    /** For masks that stay in memory: an eighth of the heap. */
    public long maskCache() {
        return heap / 8;
    }

    /** For outputs of a teacher that stay in memory: an eighth of the heap. */
    public long teacherCache() {
        return heap / 8;
    }

    /**
     * For the batch in use with the outputs of its teacher, and for prefetched batches: an eighth
     * of the heap.
     */
    public long batches() {
        return heap / 8;
    }
}
