package io.pitlane.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Peak resident memory of this process since the last restart of the measurement. Linux reports it
 * as {@code VmHWM} and resets it when 5 is written to {@code clear_refs} (proc(5)). It covers the
 * whole process, including the JVM, TensorFlow's libraries and the test images; only differences
 * between models are meaningful.
 */
final class PeakMemory {
    /** Result of {@link #bytes()} where the system does not report it. */
    static final long UNKNOWN = -1;

    private static final String HIGH_WATER_MARK = "VmHWM:";

    private final Path process;

    /** Measures this process. */
    PeakMemory() {
        this(Path.of("/proc/self"));
    }

    PeakMemory(Path process) {
        this.process = process;
    }

    /**
     * Collects garbage, so that earlier objects count little, and resets the peak.
     *
     * @return whether the system supports the reset
     */
    boolean restart() {
        System.gc();
        try {
            Files.writeString(process.resolve("clear_refs"), "5");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Peak bytes since the last restart, or {@link #UNKNOWN}. */
    long bytes() {
        try {
            return Files.readAllLines(process.resolve("status")).stream()
                    .filter(line -> line.startsWith(HIGH_WATER_MARK))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(UNKNOWN);
        } catch (IOException e) {
            return UNKNOWN;
        }
    }
}
