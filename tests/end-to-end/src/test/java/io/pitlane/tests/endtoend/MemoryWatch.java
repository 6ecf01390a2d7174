package io.pitlane.tests.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Notes every few seconds how much memory processes hold (resident set size, on Linux). */
final class MemoryWatch implements AutoCloseable {
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private final Collection<FleetMember> members;
    private final Map<FleetMember, List<Integer>> megabytes = new LinkedHashMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    MemoryWatch(Collection<FleetMember> members) {
        this.members = members;
        clock.scheduleAtFixedRate(this::look, 0, 2, TimeUnit.SECONDS);
    }

    private synchronized void look() {
        for (var member : members) {
            var now = resident(member.process().pid());
            if (now > 0) {
                megabytes.computeIfAbsent(member, m -> new ArrayList<>()).add(now);
            }
        }
    }

    /** Resident memory of a process in MiB; 0 when it is gone. */
    static int resident(long process) {
        try {
            var status = Files.readString(Path.of("/proc", String.valueOf(process), "status"));
            var found = RESIDENT.matcher(status);
            return found.find() ? Integer.parseInt(found.group(1)) / 1024 : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Resident memory in the first, second, third and last quarter: the medians, in MiB. */
    synchronized Map<FleetMember, List<Integer>> quarters() {
        return megabytes.entrySet().stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey,
                                e -> quarters(e.getValue()),
                                (a, b) -> a,
                                LinkedHashMap::new));
    }

    static List<Integer> quarters(List<Integer> values) {
        var medians = new ArrayList<Integer>();
        for (int i = 0; i < 4 && values.size() >= 4; i++) {
            var part = values.subList(i * values.size() / 4, (i + 1) * values.size() / 4);
            medians.add(part.stream().sorted().toList().get(part.size() / 2));
        }
        return medians;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
