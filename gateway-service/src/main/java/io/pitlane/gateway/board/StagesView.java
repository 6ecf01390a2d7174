package io.pitlane.gateway.board;

import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.LineageEntry;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.step.StageName;
import io.pitlane.gateway.stages.ReplicaProgress;
import io.pitlane.gateway.stages.StageLoad;
import io.pitlane.pipeline.placement.GroupAssignments.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
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
     * @param load its replicas, and what waits for them
     * @param replicas its replicas
     * @param durations how long its last jobs took, the newest first, as {@code 41.3 s}
     */
    public record Stage(StageLoad load, List<Replica> replicas, List<String> durations) {

        /** Its name. */
        public String name() {
            return load.stage().label();
        }
    }

    /**
     * A replica.
     *
     * @param member what its consumer group knows of it
     * @param gpus how many GPUs it has; null before its first progress
     * @param run the run that it works on; null where it does not
     * @param message what it does
     */
    public record Replica(Member member, Integer gpus, RunState run, String message) {

        /** The numbers of its partitions, as {@code 0, 4}. */
        public String partitions() {
            return member.partitions().stream()
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
     * @param progress the latest of the replicas
     * @param runs the known runs by their ids
     * @param ended runs with a report, the newest first
     */
    static StagesView of(
            List<StageLoad> loads,
            ReplicaProgress progress,
            Function<String, Optional<RunState>> runs,
            List<EndedRun> ended) {
        var durations = durations(ended);
        var stages = new ArrayList<Stage>();
        for (var load : loads) {
            var stage = load.stage();
            var replicas =
                    load.replicas().stream()
                            .map(m -> replica(m, progress.of(stage, m.clientId()), runs))
                            .toList();
            stages.add(new Stage(load, replicas, durations.getOrDefault(stage, List.of())));
        }
        return new StagesView(List.copyOf(stages));
    }

    /** A replica works on what it reported last, unless that step has ended. */
    private static Replica replica(
            Member member, Optional<Progress> latest, Function<String, Optional<RunState>> runs) {
        var run =
                latest.flatMap(
                        progress ->
                                runs.apply(progress.runId())
                                        .filter(state -> !state.status().ended())
                                        .filter(state -> state.step() == progress.step()));
        return new Replica(
                member,
                latest.map(Progress::gpus).orElse(null),
                run.orElse(null),
                latest.map(Progress::message).orElse(""));
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
