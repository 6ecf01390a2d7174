package io.pitlane.gateway.board;

import io.pitlane.contract.run.LineageEntry;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.gateway.board.StepView.State;
import io.pitlane.gateway.runs.Pace;
import io.pitlane.gateway.runs.StepProgress;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The steps of a run as its page shows them.
 *
 * @param run the run
 * @param progress of the steps that have any
 * @param lineage how each model was made; empty before the run has ended with a report
 * @param clock tells how much time is left
 */
record StepViews(
        RunState run, List<StepProgress> progress, List<LineageEntry> lineage, Clock clock) {
    private static final int SECONDS = 60;
    private static final String CACHED = "the result of an earlier run";

    List<StepView> all() {
        return IntStream.range(0, run.plan().steps().size()).mapToObj(this::step).toList();
    }

    private StepView step(int index) {
        var known = progress.stream().filter(p -> p.latest().step() == index).findFirst();
        var latest = known.map(StepProgress::latest);
        return new StepView(
                run.plan().label(index),
                state(index),
                latest.map(Progress::fraction).orElse(0.0),
                latest.map(Progress::message).orElse(""),
                took(index).orElse(null),
                known.flatMap(StepProgress::pace).map(this::pace).orElse(null),
                latest.filter(p -> p.replica() != null).map(StepViews::where).orElse(null));
    }

    private Optional<String> took(int index) {
        if (index < lineage.size()) {
            var entry = lineage.get(index);
            return Optional.of(
                    entry.cached()
                            ? CACHED
                            : String.format(Locale.ROOT, "%.1f s", entry.seconds()));
        }
        return Optional.ofNullable(run.models()).stream()
                .flatMap(List::stream)
                .filter(model -> model.label().equals(run.plan().label(index)))
                .filter(RunModel::cached)
                .findFirst()
                .map(model -> CACHED);
    }

    private String pace(Pace pace) {
        var left = pace.left(clock.instant());
        boolean fast = pace.perMinute() >= 1;
        return String.format(
                Locale.ROOT,
                "%.3g %% a %s, about %s left",
                100 * pace.perMinute() / (fast ? SECONDS : 1),
                fast ? "second" : "minute",
                RunSummary.text(left));
    }

    private static String where(Progress latest) {
        boolean again = latest.attempt() != null && latest.attempt() > 1;
        return "on " + latest.replica() + (again ? ", attempt " + latest.attempt() : "");
    }

    private State state(int index) {
        if (index < run.step()
                || run.status() == Status.PASSED
                || run.status() == Status.NOT_PASSED) {
            return State.DONE;
        }
        if (index > run.step()) {
            return run.status() == Status.RUNNING ? State.WAITING : State.NOT_REACHED;
        }
        return switch (run.status()) {
            case FAILED -> State.FAILED;
            case CANCELLED -> State.CANCELLED;
            default -> State.AT_WORK;
        };
    }
}
