package io.pitlane.pipeline.files;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Free space on the disk that holds a folder, and failures for the lack of it. */
public final class DiskSpace {
    private static final List<String> SYSTEM_MESSAGES =
            List.of("No space left on device", "Disk quota exceeded");

    private DiskSpace() {}

    /** Whether this exception, or a cause of it, says that a disk or a quota is full. */
    public static boolean isExhausted(Throwable e) {
        for (var cause = e; cause != null; cause = cause.getCause()) {
            var message = String.valueOf(cause.getMessage());
            if (cause instanceof IOException
                    && SYSTEM_MESSAGES.stream().anyMatch(message::contains)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The failure to report for an exception; empty when it has another cause than a full disk.
     *
     * @param folder on the disk in question
     */
    public static Optional<FailureException> failure(Throwable e, Path folder) {
        return isExhausted(e)
                ? Optional.of(failure("The disk that holds " + folder + " is full.", e))
                : Optional.empty();
    }

    /** Bytes that this process can still write below a folder. */
    public static long usableBytes(Path folder) throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    /**
     * Checks that there is space for a file before it is written.
     *
     * @throws FailureException UNSUPPORTED_MACHINE when there is less
     */
    public static void require(Path folder, long bytes) throws IOException {
        var usable = usableBytes(folder);
        if (bytes > usable) {
            throw failure(
                    "The disk that holds "
                            + folder
                            + " has room for "
                            + usable
                            + " bytes, but "
                            + bytes
                            + " are needed.",
                    null);
        }
    }

    private static FailureException failure(String message, Throwable cause) {
        return new FailureException(
                Failure.Kind.UNSUPPORTED_MACHINE,
                message,
                "Make room there or give the service a larger disk, then submit the run again.",
                cause);
    }
}
