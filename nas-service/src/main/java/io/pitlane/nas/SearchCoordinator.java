package io.pitlane.nas;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.search.Trial;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.contract.step.NasStep;
import io.pitlane.nas.ArchitectureSearch.ProposedTrial;
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
 * Coordinates one search, from the measurement of the original to the pick.
 *
 * <p>1. The original is measured as a trial: it gives the shape of the networks and the reference
 * cost. 2. The search proposes trials; those without a score are published. 3. Scores are added to
 * the search as they arrive, until it is finished or its time budget is used up.
 *
 * <p>It trains nothing and has no state of its own: restarted with the same scores, it continues
 * where it stopped.
 */
final class SearchCoordinator {
    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);

    private final TrialSearch trials;
    private final Job job;
    private final NasStep step;
    private final ProgressListener progress;
    private final BooleanSupplier cancelled;
    private final Clock clock;
    private final Map<String, TrialScore> scoresByKey = new HashMap<>();
    private final List<TrialScore> scores = new ArrayList<>();

    /**
     * The coordinator of a search that is new or was interrupted.
     *
     * @param trials the trials and scores of the search
     */
    SearchCoordinator(
            TrialSearch trials,
            Job job,
            ProgressListener progress,
            BooleanSupplier cancelled,
            Clock clock) {
        this.trials = trials;
        this.job = job;
        this.step = (NasStep) job.plan().steps().get(job.step());
        this.progress = ProgressRange.ofSearch(step).mapTo(progress);
        this.cancelled = cancelled;
        this.clock = clock;
    }

    /**
     * Runs the search.
     *
     * @return empty when it was cancelled
     * @throws FailureException when the original or every trial failed, or no architecture of the
     *     search space is cheap enough
     */
    Optional<SearchResult> run() {
        trials.publish(Trial.ofOriginal(job));
        progress.at(0, "measuring the original");
        var original = measureOriginal();
        return original.isEmpty() ? Optional.empty() : search(original.get());
    }

    private Optional<TrialScore> measureOriginal() {
        var key = Trial.ofOriginal(job).key();
        for (readScores(); !scoresByKey.containsKey(key); readScores()) {
            if (cancelled.getAsBoolean()) {
                return Optional.empty();
            }
            trials.await(POLL_TIMEOUT);
        }
        var original = scoresByKey.get(key);
        if (original.failure() != null) {
            throw invalidInput(
                    "The original cannot be measured: " + original.failure(),
                    "Correct the model or the data.");
        }
        return Optional.of(original);
    }

    private Optional<SearchResult> search(TrialScore original) {
        var space =
                new ArchitectureSpace(
                        step.space() == null
                                ? DefaultSearchSpace.of(original.shape(), original.macs())
                                : step.space());
        var ranking = new TrialRanking(step.objective(), original);
        var search =
                new ArchitectureSearch(
                        space, step, admissible(original), ranking::fitness, job.plan().seed());
        Optional<String> stopReason = advance(search, ranking, original);
        while (stopReason.isEmpty()) {
            if (cancelled.getAsBoolean()) {
                return Optional.empty();
            }
            trials.await(POLL_TIMEOUT);
            readScores();
            stopReason = advance(search, ranking, original);
        }
        return Optional.of(result(ranking, original, space, stopReason.get()));
    }

    /** An architecture that is known to exceed the cost limit is not worth a trial. */
    private Predicate<Genome> admissible(TrialScore original) {
        var maxCost = step.objective().maxCost();
        if (maxCost == null) {
            return genome -> true;
        }
        return switch (step.objective().cost()) {
            case MACS -> genome -> Network.of(genome, original.shape()).macs() <= maxCost;
            case PARAMETERS ->
                    genome -> Network.of(genome, original.shape()).parameters() <= maxCost;
            case LATENCY -> genome -> true;
        };
    }

    /** Publishes the trials that can be proposed; the stop reason, if the search is over. */
    private Optional<String> advance(
            ArchitectureSearch search, TrialRanking ranking, TrialScore original) {
        scores.forEach(search::addScore);
        boolean overtime = isOvertime(original);
        if (!overtime) {
            publishTrials(search);
        }
        reportProgress(ranking);
        if (search.finished()) {
            return Optional.of("all trials are done");
        }
        return overtime && !latestScores().isEmpty()
                ? Optional.of("budget.minutes is used up")
                : Optional.empty();
    }

    private void publishTrials(ArchitectureSearch search) {
        for (var next = search.next(); next.isPresent(); next = search.next()) {
            publish(next.get(), search);
        }
    }

    private void publish(ProposedTrial proposed, ArchitectureSearch search) {
        var trial =
                new Trial(job, proposed.number(), proposed.genome().toString(), proposed.epochs());
        var score = scoresByKey.get(trial.key());
        if (score == null) {
            trials.publish(trial);
        } else if (score.genome().equals(trial.genome())) {
            search.addScore(score);
        } else {
            throw new FailureException(
                    Failure.Kind.INTERNAL,
                    "Trial %d was %s and is now %s: the search has changed during this run."
                            .formatted(trial.number(), score.genome(), trial.genome()),
                    "Submit the plan again; a run cannot continue after the search has changed.");
        }
    }

    private boolean isOvertime(TrialScore original) {
        var minutes = step.budget().minutes();
        return minutes != null && !clock.instant().isBefore(deadline(original.at(), minutes));
    }

    private static Instant deadline(Instant start, double minutes) {
        return start.plusMillis(Math.round(minutes * 60_000));
    }

    private void readScores() {
        var all = trials.scores();
        for (var score : all.subList(scores.size(), all.size())) {
            scores.add(score);
            scoresByKey.putIfAbsent(score.key(), score);
        }
    }

    /** The latest score of every architecture: of several rungs, that of the longest training. */
    private List<TrialScore> latestScores() {
        var longest = new HashMap<Integer, TrialScore>();
        for (var score : scores) {
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

    private void reportProgress(TrialRanking ranking) {
        long done =
                scores.stream()
                        .filter(score -> score.number() >= 0)
                        .map(TrialScore::number)
                        .distinct()
                        .count();
        int budget = step.budget().trials();
        var latest = latestScores();
        var message = "trial %d/%d".formatted(done, budget);
        if (!latest.isEmpty()) {
            var best = ranking.pick(ranking.paretoFront(latest)).score();
            message += ", best " + ScoreFormat.score(best, step.objective().cost());
        }
        progress.at(Math.min(1, (double) done / budget), message);
    }

    private SearchResult result(
            TrialRanking ranking, TrialScore original, ArchitectureSpace space, String stopReason) {
        var latest = latestScores();
        if (latest.isEmpty()) {
            throw noScores(original);
        }
        var front = ranking.paretoFront(latest);
        var picked = ranking.pick(front);
        return new SearchResult(
                original,
                picked.score(),
                picked.reason(),
                stopReason,
                front,
                scores,
                space.summary());
    }

    private FailureException noScores(TrialScore original) {
        var failed = scores.stream().filter(score -> score.failure() != null).toList();
        if (failed.isEmpty()) {
            return invalidInput(
                    String.format(
                            Locale.ROOT,
                            "No architecture of the search space costs at most objective.maxCost,"
                                    + " %.0f.",
                            step.objective().maxCost()),
                    "Raise nas.objective.maxCost, or add smaller widths to nas.space; the original"
                            + " has %d MACs and %d parameters."
                                    .formatted(original.macs(), original.parameters()));
        }
        return invalidInput(
                "All %d trials failed, the first one with: %s"
                        .formatted(failed.size(), failed.get(0).failure()),
                "Lower nas.trial.learningRate, or change the options of nas.space.");
    }
}
