package io.pitlane.bench;

import io.pitlane.report.FigureFormat;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Predicts whether a batch size fits in memory, so that a measurement is not killed for it.
 *
 * <p>All models are called once with batches that grow by a factor of four: 1, 4, 16 and so on up
 * to the size in question. The growth of the process's peak memory from one to the next, taken as
 * linear in the number of images, tells what the next needs. Sizes of activations alone would not
 * do: TensorFlow frees most of them before the end of a call, and its kernels have buffers of their
 * own.
 *
 * <p>Not thread-safe.
 */
final class BatchMemory {
    private static final int FACTOR = 4;

    /** The rest is for what grows meanwhile, here and in other processes. */
    private static final double USABLE = 0.9;

    private final PeakMemory peakMemory;
    private final AvailableMemory available;
    private final Supplier<JavaHeap> heap;

    private boolean measurable;
    private long idle;
    private int measured;
    private long peak;
    private double bytesPerImage;
    private Arrays arrays;

    BatchMemory(PeakMemory peakMemory, AvailableMemory available, Supplier<JavaHeap> heap) {
        this.peakMemory = peakMemory;
        this.available = available;
        this.heap = heap;
    }

    /**
     * State of the Java heap.
     *
     * @param free bytes that objects can still take
     * @param unclaimed bytes that the JVM may still claim from the system
     */
    record JavaHeap(long free, long unclaimed) {

        /** The heap of this JVM after a garbage collection. */
        static JavaHeap now() {
            System.gc();
            var jvm = Runtime.getRuntime();
            return new JavaHeap(
                    jvm.maxMemory() - jvm.totalMemory() + jvm.freeMemory(),
                    jvm.maxMemory() - jvm.totalMemory());
        }
    }

    /**
     * Floats in the arrays of a batch, those of the model that has most.
     *
     * @param images preprocessed images
     * @param outputs all outputs
     * @param largest the largest output
     */
    record Arrays(long images, long outputs, long largest) {

        /** For a batch of as many times the images. */
        Arrays times(double factor) {
            return new Arrays(
                    Math.round(images * factor),
                    Math.round(outputs * factor),
                    Math.round(largest * factor));
        }

        /** Bytes of all batches, and of the outputs with the buffer they are copied from. */
        long bytes() {
            return Float.BYTES * (images * TestData.count(images) + 2 * outputs);
        }

        /** Bytes of the buffer of the largest output. */
        long largestBytes() {
            return Float.BYTES * largest;
        }
    }

    /**
     * What a batch size lacks, as the end of a sentence; empty when it fits.
     *
     * @param size images a batch, not less than in earlier calls
     * @param trial calls every model once with a batch of the given size
     */
    Optional<String> shortage(int size, IntFunction<Arrays> trial) {
        if (measured == 0) {
            measurable = peakMemory.restart();
            idle = peakMemory.bytes();
            peak = idle;
            measure(1, trial);
        }
        while (measured < size) {
            int next = Math.min(size, FACTOR * measured);
            var lacking = lacking(next, size);
            if (lacking.isPresent()) {
                return lacking;
            }
            measure(next, trial);
        }
        return Optional.empty();
    }

    private void measure(int size, IntFunction<Arrays> trial) {
        arrays = trial.apply(size);
        long reached = peakMemory.bytes();
        bytesPerImage = (double) (reached - peak) / (size - measured);
        peak = reached;
        measured = size;
    }

    /**
     * What the next batch lacks, told of the size that it leads to; arrays are known for that size.
     */
    private Optional<String> lacking(int next, int size) {
        var atSize = arrays.times((double) size / measured);
        if (atSize.largestBytes() > Integer.MAX_VALUE) {
            return Optional.of(
                    "an output would have about %s, more than a Java array holds"
                            .formatted(FigureFormat.bytes(atSize.largestBytes())));
        }
        var java = heap.get();
        if (atSize.bytes() > java.free()) {
            return Optional.of(
                    "its images and outputs need about %s of Java heap, and %s are free (-Xmx in"
                                    .formatted(
                                            FigureFormat.bytes(atSize.bytes()),
                                            FigureFormat.bytes(java.free()))
                            + " pitlane.job.jvm-options)");
        }
        if (!measurable || available.bytes().isEmpty()) {
            return Optional.empty();
        }
        double usable = USABLE * Math.max(0, available.bytes().getAsLong() - java.unclaimed());
        return needed(next) <= usable
                ? Optional.empty()
                : Optional.of(
                        "it needs about %s of memory, and %s are available"
                                .formatted(text(needed(size)), text(usable)));
    }

    private double needed(int size) {
        return peak - idle + bytesPerImage * (size - measured);
    }

    private static String text(double bytes) {
        return FigureFormat.bytes(Math.round(bytes));
    }
}
