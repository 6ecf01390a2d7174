package io.pitlane.cli.stack;

import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
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
 * What a local stack keeps between starts, and its logs.
 *
 * @param root the folder; made when it is first needed
 */
public record StateFolder(Path root) {

    /** {@code ~/.pitlane}. */
    public static StateFolder ofUser() {
        return new StateFolder(Path.of(System.getProperty("user.home"), ".pitlane"));
    }

    Path kafka() {
        return made(root.resolve("kafka"));
    }

    /** One log a process. */
    public Path logs() {
        return made(root.resolve("logs"));
    }

    Path log(String process) {
        return logs().resolve(process + ".log");
    }

    Path work(String service) {
        return made(root.resolve("work").resolve(service));
    }

    Path cache(String service) {
        return made(root.resolve("cache").resolve(service));
    }

    /**
     * Keeps a second stack from working in this folder, until the returned channel is closed or
     * this process ends.
     *
     * @throws FailureException when a stack works here already
     */
    FileChannel lock() {
        try {
            var file = made(root).resolve("lock");
            var channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locks(channel)) {
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

    private static boolean locks(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** Notes where the gateway listens, for other commands to find. */
    public void announce(URI gateway) {
        try {
            Files.writeString(addressFile(), gateway + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes the note back. */
    public void withdraw() {
        try {
            Files.deleteIfExists(addressFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Where the gateway of a stack in this folder listens; after a stack that was killed, where it
     * listened.
     */
    public Optional<URI> announced() {
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

    private static Path made(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw FailureException.invalidInput(
                    "cannot make the folder " + folder + ": " + e,
                    "Choose a folder that you may write to.");
        }
    }
}
