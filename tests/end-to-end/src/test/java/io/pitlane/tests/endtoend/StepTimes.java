package io.pitlane.tests.endtoend;

import io.pitlane.contract.report.Report;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** When the steps of runs began and ended, by what the services logged and the reports say. */
final class StepTimes {
    private static final Pattern LINE =
            Pattern.compile(
                    "^(\\S+ \\S+) .* Run (\\S+), step (\\d+) (begins|done)$", Pattern.MULTILINE);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss,SSS");

    private final Map<String, List<Instant>> begun = new HashMap<>();
    private final Map<String, Instant> done = new HashMap<>();
    private final Map<String, Instant> worked = new HashMap<>();

    StepTimes(Collection<FleetMember> members, Collection<Report> reports) {
        members.forEach(this::read);
        reports.forEach(this::read);
    }

    private void read(FleetMember member) {
        LINE.matcher(member.log())
                .results()
                .forEach(
                        found -> {
                            var time = LocalDateTime.parse(found.group(1), TIME);
                            var at = time.atZone(ZoneId.systemDefault()).toInstant();
                            var step = key(found.group(2), Integer.parseInt(found.group(3)));
                            if (found.group(4).equals("begins")) {
                                begun.computeIfAbsent(step, k -> new ArrayList<>()).add(at);
                            } else {
                                done.put(step, at);
                            }
                        });
    }

    private void read(Report report) {
        int step = 1;
        for (var entry : report.lineage()) {
            var work = Duration.ofMillis(Math.round(entry.seconds() * 1000));
            worked.put(key(report.run(), step), entry.startedAt().plus(work));
            step++;
        }
    }

    private static String key(String run, int step) {
        return run + " " + step;
    }

    /** How often each step was begun. */
    List<Integer> begun() {
        return begun.values().stream().map(List::size).toList();
    }

    /** From the end of a step's work until what came of it was handed over; in milliseconds. */
    List<Long> handOvers() {
        var times = new ArrayList<Long>();
        worked.forEach((step, end) -> times.add(between(end, done.get(step))));
        return times;
    }

    /** From the end of some runs' steps' work until the next stage began; in milliseconds. */
    List<Long> passages(Collection<String> runs) {
        var times = new ArrayList<Long>();
        worked.forEach(
                (step, end) -> {
                    var run = step.split(" ")[0];
                    if (runs.contains(run)) {
                        var next = key(run, Integer.parseInt(step.split(" ")[1]) + 1);
                        times.add(between(end, begun.get(next).get(0)));
                    }
                });
        return times;
    }

    private static long between(Instant from, Instant to) {
        return Duration.between(from, to).toMillis();
    }

    /** Median and 99th percentile (nearest rank), in words. */
    static String summary(List<Long> millis) {
        var sorted = millis.stream().sorted().toList();
        return String.format(
                "median %d ms, p99 %d ms, %d samples",
                rank(sorted, 0.5), rank(sorted, 0.99), sorted.size());
    }

    private static long rank(List<Long> sorted, double fraction) {
        return sorted.get((int) Math.ceil(fraction * sorted.size()) - 1);
    }
}
