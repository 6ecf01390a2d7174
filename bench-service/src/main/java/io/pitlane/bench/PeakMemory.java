package io.pitlane.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The highest resident memory of this process since a chosen moment: Linux keeps it as {@code
 * VmHWM} and starts afresh when 5 is written to {@code clear_refs} (proc(5)). It counts the whole
 * process, so the JVM, TensorFlow's libraries and the test images as well as the model; only the
 * differences between models tell something about the models.
 */
final class PeakMemory {
    /** What {@link #bytes()} returns where the system does not tell. */
    static final long UNKNOWN = -1;

    private static final String HIGH_WATER_MARK = "VmHWM:";

    private final Path process;

    /** Watches this process. */
    PeakMemory() {
        this(Path.of("/proc/self"));
    }

    PeakMemory(Path process) {
        this.process = process;
    }

    /**
     * Collects garbage, so that what came before weighs little, and starts afresh.
     *
     * @return whether the system can do that
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

    /** Bytes at the highest since the last restart, or {@link #UNKNOWN}. */
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
