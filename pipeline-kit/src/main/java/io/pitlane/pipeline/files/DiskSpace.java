package io.pitlane.pipeline.process;

import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Tells a disk that has no room from whatever else can go wrong with files. */
public final class DiskFull {
    private static final List<String> SAID =
            List.of("No space left on device", "Disk quota exceeded");

    private DiskFull() {}

    /** Whether this, or what caused it, is a disk without room. */
    public static boolean is(Throwable e) {
        for (var cause = e; cause != null; cause = cause.getCause()) {
            var message = String.valueOf(cause.getMessage());
            if (cause instanceof IOException && SAID.stream().anyMatch(message::contains)) {
                return true;
            }
        }
        return false;
    }

    /**
     * What to tell whoever waits for the work; empty when it is another trouble.
     *
     * @param folder on the disk in question
     */
    public static Optional<FailureException> failure(Throwable e, Path folder) {
        return is(e)
                ? Optional.of(failure("The disk that holds " + folder + " is full.", e))
                : Optional.empty();
    }

    /**
     * Makes sure of room for a file before it is written.
     *
     * @throws FailureException UNSUPPORTED_MACHINE when there is less
     */
    public static void requireRoom(Path folder, long bytes) throws IOException {
        var left = Files.getFileStore(folder).getUsableSpace();
        if (bytes > left) {
            throw failure(
                    "The disk that holds "
                            + folder
                            + " has room for "
                            + left
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
