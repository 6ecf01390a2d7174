package io.pitlane.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The memory that this process can still take before the system swaps or kills it: what Linux
 * estimates as available (proc(5), {@code MemAvailable}), and what is left of the limits of its
 * control groups and of those above them (cgroups(7), version 1 and 2). Files of the page cache
 * that nobody used lately count as left.
 */
final class AvailableMemory {
    private final Path proc;
    private final Path groups;

    /** The memory of this machine. */
    AvailableMemory() {
        this(Path.of("/proc"), Path.of("/sys/fs/cgroup"));
    }

    AvailableMemory(Path proc, Path groups) {
        this.proc = proc;
        this.groups = groups;
    }

    /** Names of a control group's files and of the field of {@code memory.stat}. */
    private record Controller(Path root, String limit, String usage, String reclaimable) {

        /** What is left of the group's limit; empty where it has none. */
        LongStream left(Path group) {
            var folder = root.resolve(group);
            return number(folder.resolve(limit))
                    .flatMap(
                            most ->
                                    number(folder.resolve(usage))
                                            .map(used -> most - used + reclaimable(folder)))
                    .map(left -> Math.max(0, left));
        }

        private long reclaimable(Path folder) {
            return lines(folder.resolve("memory.stat"))
                    .map(line -> line.split(" "))
                    .filter(field -> field[0].equals(reclaimable))
                    .mapToLong(field -> Long.parseLong(field[1]))
                    .findFirst()
                    .orElse(0);
        }
    }

    /** Bytes; empty where the system does not report them. */
    OptionalLong bytes() {
        return LongStream.concat(
                        machine(), lines(proc.resolve("self/cgroup")).flatMapToLong(this::group))
                .min();
    }

    private LongStream machine() {
        return lines(proc.resolve("meminfo"))
                .filter(line -> line.startsWith("MemAvailable:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")));
    }

    /**
     * @param line hierarchy, controllers and path, as {@code 4:memory:/a/b}; {@code 0::/a/b} in
     *     version 2
     */
    private LongStream group(String line) {
        var fields = line.split(":", 3);
        if (fields.length < 3) {
            return LongStream.empty();
        }
        var path = Path.of("/").relativize(Path.of(fields[2]));
        if (fields[1].isEmpty()) {
            return withAncestors(path)
                    .flatMapToLong(
                            new Controller(groups, "memory.max", "memory.current", "inactive_file")
                                    ::left);
        }
        if (List.of(fields[1].split(",")).contains("memory")) {
            return withAncestors(path)
                    .flatMapToLong(
                            new Controller(
                                            groups.resolve("memory"),
                                            "memory.limit_in_bytes",
                                            "memory.usage_in_bytes",
                                            "total_inactive_file")
                                    ::left);
        }
        return LongStream.empty();
    }

    private static Stream<Path> withAncestors(Path path) {
        return Stream.concat(
                Stream.iterate(path, group -> group != null, Path::getParent),
                Stream.of(Path.of("")));
    }

    /** The number that a file consists of; empty without the file, and for {@code max}. */
    private static LongStream number(Path file) {
        return lines(file).filter(line -> line.matches("\\d{1,19}")).mapToLong(Long::parseLong);
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }
}
