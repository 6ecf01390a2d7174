package io.pitlane.cli.stack;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The folder of a local stack's data and logs.
 *
 * @param root the folder; created when it is first needed
 */
public record StateFolder(Path root) {

    /** {@code ~/.pitlane}. */
    public static StateFolder ofUser() {
        return new StateFolder(Path.of(System.getProperty("user.home"), ".pitlane"));
    }

    Path kafka() {
        return created(root.resolve("kafka"));
    }

    /** Folder of the logs, one file per process. */
    public Path logs() {
        return created(root.resolve("logs"));
    }

    Path log(String process) {
        return logs().resolve(process + ".log");
    }

    Path work(String service) {
        return created(root.resolve("work").resolve(service));
    }

    Path cache(String service) {
        return created(root.resolve("cache").resolve(service));
    }

    /**
     * Locks the folder against a second stack, until the returned channel is closed or this process
     * ends.
     *
     * @throws FailureException when a stack uses the folder already
     */
    FileChannel lock() {
        try {
            var file = created(root).resolve("lock");
            var channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!tryLock(channel)) {
                channel.close();
                throw new FailureException(
                        Failure.Kind.INVALID_INPUT,
                        "a Pitlane stack is running already with the state folder " + root,
                        "Use that one, stop it, or give this one another folder with --state.");
            }
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a stack uses the folder, be it ready or about to be. */
    public boolean isInUse() {
        var file = root.resolve("lock");
        if (!Files.isWritable(file)) {
            return false;
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return !tryLock(channel);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** Saves the address of the gateway for other commands. */
    public void saveAddress(URI gateway) {
        try {
            Files.writeString(addressFile(), gateway + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes the saved address. */
    public void deleteAddress() {
        try {
            Files.deleteIfExists(addressFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The address of the gateway of a stack that uses this folder, which may not be ready yet;
     * after a stack that was killed, its last address.
     */
    public Optional<URI> savedAddress() {
        try {
            var file = addressFile();
            return Files.isRegularFile(file)
                    ? Optional.of(URI.create(Files.readString(file).strip()))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Path addressFile() {
        return root.resolve("server");
    }

    private static Path created(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw FailureException.invalidInput(
                            "cannot create the folder " + folder + ": " + e,
                            "Choose a folder that you may write to.")
                    .causedBy(e);
        }
    }
}
