package io.pitlane.tests.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A packaged service at work.
 *
 * @param name what it is known by
 * @param process it
 * @param folder of all it writes
 * @param address of its HTTP interface
 */
record FleetMember(String name, Process process, Path folder, URI address)
        implements AutoCloseable {
    private static final Pattern COLLECTION = Pattern.compile(" (\\d+)M->(\\d+)M\\(\\d+M\\)");

    /** What it has printed so far. */
    String log() {
        return read(folder.resolve("log"));
    }

    /** The largest heap that a garbage collection found so far, in MiB; 0 before the first. */
    int peakHeap() {
        return heaps(1).stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /** What each garbage collection left of the heap, in MiB. */
    List<Integer> heapAfterCollections() {
        return heaps(2);
    }

    private List<Integer> heaps(int group) {
        return COLLECTION
                .matcher(read(folder.resolve("gc.log")))
                .results()
                .map((MatchResult found) -> Integer.valueOf(found.group(group)))
                .toList();
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void requireAlive() {
        if (!process.isAlive()) {
            throw new AssertionError(name + " has ended:\n" + log());
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
