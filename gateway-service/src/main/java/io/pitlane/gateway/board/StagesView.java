package io.pitlane.gateway.board;

import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.LineageEntry;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.step.StageName;
import io.pitlane.gateway.stages.StageLoad;
import io.pitlane.pipeline.placement.GroupAssignments.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the page of the stages shows.
 *
 * @param stages every stage, in the order of a plan
 */
public record StagesView(List<Stage> stages) {
    private static final int DURATIONS = 10;

    /**
     * A stage.
     *
     * @param name its name
     * @param load its replicas, and what waits for them
     * @param work runs whose step is one of this stage
     * @param durations how long its last jobs took, the newest first, as {@code 41.3 s}
     */
    public record Stage(
            String name, StageLoad load, List<RunSummary> work, List<String> durations) {

        /** The partitions of a replica, as {@code 0, 4}. */
        public static String partitions(Member replica) {
            return replica.partitions().stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining(", "));
        }
    }

    /**
     * A run that has ended.
     *
     * @param state its state
     * @param report its report
     */
    record EndedRun(RunState state, Report report) {}

    /**
     * The page.
     *
     * @param running runs that have not ended
     * @param ended runs with a report, the newest first
     */
    static StagesView of(List<StageLoad> loads, List<RunSummary> running, List<EndedRun> ended) {
        var durations = durations(ended);
        return new StagesView(
                loads.stream()
                        .map(
                                load ->
                                        new Stage(
                                                load.stage().label(),
                                                load,
                                                running.stream()
                                                        .filter(run -> isAt(run, load.stage()))
                                                        .toList(),
                                                durations.getOrDefault(load.stage(), List.of())))
                        .toList());
    }

    private static boolean isAt(RunSummary run, StageName stage) {
        return run.state().plan().steps().get(run.state().step()).stage() == stage;
    }

    private static Map<StageName, List<String>> durations(List<EndedRun> ended) {
        var durations = new EnumMap<StageName, List<String>>(StageName.class);
        for (var run : ended) {
            for (var entry : run.report().lineage()) {
                if (!entry.cached()) {
                    add(durations, entry.step().stage(), entry.seconds());
                }
            }
            add(durations, StageName.BENCH, benchSeconds(run));
        }
        return durations;
    }

    private static void add(
            Map<StageName, List<String>> durations, StageName stage, double seconds) {
        var known = durations.computeIfAbsent(stage, s -> new ArrayList<>());
        if (known.size() < DURATIONS) {
            known.add(String.format(Locale.ROOT, "%.1f s", seconds));
        }
    }

    /** From the end of the step before, with the time that the job waited. */
    private static double benchSeconds(EndedRun run) {
        var begin =
                run.report().lineage().stream()
                        .filter(entry -> !entry.cached())
                        .map(StagesView::end)
                        .reduce((first, last) -> last)
                        .orElse(run.state().submittedAt());
        return Math.max(0, Duration.between(begin, run.state().updatedAt()).toMillis() / 1000.0);
    }

    private static Instant end(LineageEntry entry) {
        return entry.startedAt().plusMillis(Math.round(1000 * entry.seconds()));
    }
}
