package io.pitlane.nas;

import static io.pitlane.contract.FailureException.invalidInput;

import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.Job;
import io.pitlane.contract.NasStep;
import io.pitlane.contract.Trial;
import io.pitlane.contract.TrialScore;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.trial.TrialSearch;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * One search, from the original's measurement to the pick.
 *
 * <p>1. The original is measured as a trial: what it takes and gives, and the costs to compare
 * with. 2. The search asks for trials; those that have a score get it, the others are published. 3.
 * Scores go to the search as they arrive, until it is over or the budget is spent.
 *
 * <p>It trains nothing and remembers nothing: begun anew with the same scores it goes on where it
 * was.
 */
final class Coordination {
    private static final Duration AT_MOST = Duration.ofSeconds(1);

    private final TrialSearch exchange;
    private final Job job;
    private final NasStep step;
    private final ProgressListener progress;
    private final BooleanSupplier cancelled;
    private final Clock clock;
    private final Map<String, TrialScore> known = new HashMap<>();
    private final List<TrialScore> arrived = new ArrayList<>();

    /**
     * A search that has not begun, or has been interrupted.
     *
     * @param exchange where its trials and scores are
     */
    Coordination(
            TrialSearch exchange,
            Job job,
            ProgressListener progress,
            BooleanSupplier cancelled,
            Clock clock) {
        this.exchange = exchange;
        this.job = job;
        this.step = (NasStep) job.plan().steps().get(job.step());
        this.progress = progress;
        this.cancelled = cancelled;
        this.clock = clock;
    }

    /**
     * Searches.
     *
     * @return empty when it was cancelled
     * @throws FailureException when the original or every trial failed, or no architecture of the
     *     space is cheap enough
     */
    Optional<SearchResult> run() {
        exchange.publish(Trial.ofOriginal(job));
        progress.at(0, "measuring the original");
        var original = original();
        return original.isEmpty() ? Optional.empty() : search(original.get());
    }

    private Optional<TrialScore> original() {
        var key = Trial.ofOriginal(job).key();
        for (takeScores(); !known.containsKey(key); takeScores()) {
            if (cancelled.getAsBoolean()) {
                return Optional.empty();
            }
            exchange.await(AT_MOST);
        }
        var original = known.get(key);
        if (original.failure() != null) {
            throw invalidInput(
                    "The original cannot be measured: " + original.failure(),
                    "Correct the model or the data.");
        }
        return Optional.of(original);
    }

    private Optional<SearchResult> search(TrialScore original) {
        var described =
                step.space() == null
                        ? DefaultSpace.of(original.shape(), original.macs())
                        : step.space();
        var space = new Space(described);
        var judgement = new Judgement(step.objective(), original);
        var search =
                new Search(
                        space, step, admissible(original), judgement::fitness, job.plan().seed());
        Optional<String> ended = advance(search, judgement, original);
        while (ended.isEmpty()) {
            if (cancelled.getAsBoolean()) {
                return Optional.empty();
            }
            exchange.await(AT_MOST);
            takeScores();
            ended = advance(search, judgement, original);
        }
        return Optional.of(result(judgement, original, space, ended.get()));
    }

    /** What cannot keep the limit of the cost need not be trained to know it. */
    private Predicate<Genome> admissible(TrialScore original) {
        var most = step.objective().maxCost();
        if (most == null) {
            return genome -> true;
        }
        return switch (step.objective().cost()) {
            case MACS -> genome -> Network.of(genome, original.shape()).macs() <= most;
            case PARAMETERS -> genome -> Network.of(genome, original.shape()).parameters() <= most;
            case LATENCY -> genome -> true;
        };
    }

    /** Gives out what can be given out; says why, where the search is over. */
    private Optional<String> advance(Search search, Judgement judgement, TrialScore original) {
        arrived.forEach(search::scored);
        boolean late = isLate(original);
        if (!late) {
            giveOut(search);
        }
        report(judgement);
        if (search.finished()) {
            return Optional.of("all trials are done");
        }
        return late && !scored().isEmpty()
                ? Optional.of("budget.minutes are over")
                : Optional.empty();
    }

    private void giveOut(Search search) {
        for (var next = search.next(); next.isPresent(); next = search.next()) {
            giveOut(next.get(), search);
        }
    }

    private void giveOut(Attempt attempt, Search search) {
        var trial = new Trial(job, attempt.number(), attempt.genome().toString(), attempt.epochs());
        var score = known.get(trial.key());
        if (score == null) {
            exchange.publish(trial);
        } else if (score.genome().equals(trial.genome())) {
            search.scored(score);
        } else {
            throw new FailureException(
                    Failure.Kind.INTERNAL,
                    "Trial %d was %s, and is now %s: the search has changed under this run."
                            .formatted(trial.number(), score.genome(), trial.genome()),
                    "Submit the plan again; runs do not outlive a change of the search.");
        }
    }

    private boolean isLate(TrialScore original) {
        var minutes = step.budget().minutes();
        return minutes != null && !clock.instant().isBefore(deadline(original.at(), minutes));
    }

    private static Instant deadline(Instant begun, double minutes) {
        return begun.plusMillis(Math.round(minutes * 60_000));
    }

    private void takeScores() {
        var all = exchange.scores();
        for (var score : all.subList(arrived.size(), all.size())) {
            arrived.add(score);
            known.putIfAbsent(score.key(), score);
        }
    }

    /** The score of every architecture that has one: of several, that of the longest training. */
    private List<TrialScore> scored() {
        var longest = new HashMap<Integer, TrialScore>();
        for (var score : arrived) {
            if (score.number() >= 0 && score.failure() == null) {
                longest.merge(
                        score.number(),
                        score,
                        (one, other) -> one.epochs() >= other.epochs() ? one : other);
            }
        }
        return longest.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .toList();
    }

    private void report(Judgement judgement) {
        long done =
                arrived.stream()
                        .filter(score -> score.number() >= 0)
                        .map(TrialScore::number)
                        .distinct()
                        .count();
        int trials = step.budget().trials();
        var scored = scored();
        var message = "trial %d/%d".formatted(done, trials);
        if (!scored.isEmpty()) {
            var best = judgement.pick(judgement.front(scored)).score();
            message += ", best " + ScoreLine.of(best, step.objective().cost());
        }
        progress.at(StepShare.ofSearch(step) * Math.min(1, (double) done / trials), message);
    }

    private SearchResult result(
            Judgement judgement, TrialScore original, Space space, String ended) {
        var scored = scored();
        if (scored.isEmpty()) {
            throw nothing(original);
        }
        var front = judgement.front(scored);
        var picked = judgement.pick(front);
        return new SearchResult(
                original, picked.score(), picked.why(), ended, front, arrived, space.describe());
    }

    private FailureException nothing(TrialScore original) {
        var failed = arrived.stream().filter(score -> score.failure() != null).toList();
        if (failed.isEmpty()) {
            return invalidInput(
                    String.format(
                            Locale.ROOT,
                            "No architecture of the search space costs at most objective.maxCost,"
                                    + " %.0f.",
                            step.objective().maxCost()),
                    "Raise nas.objective.maxCost, or offer smaller widths in nas.space; the original"
                            + " has %d MACs and %d parameters."
                                    .formatted(original.macs(), original.parameters()));
        }
        return invalidInput(
                "All %d trials failed, the first one: %s"
                        .formatted(failed.size(), failed.get(0).failure()),
                "Lower nas.trial.learningRate, or offer other choices in nas.space.");
    }
}
