package io.pitlane.nas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.search.Trial;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.contract.step.NasStep;
import io.pitlane.nas.ArchitectureSearch.ProposedTrial;
import io.pitlane.pipeline.stage.ProgressListener;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SearchCoordinatorTest {
    private static final String SPACE =
            "space: {stem: {width: [4, 8]}, stages: [{width: [8, 16, 24], depth: [1, 2]}]}";
    private static final Clock NOW = Clock.fixed(Instant.EPOCH.plusSeconds(1), ZoneOffset.UTC);

    private static Job job(String options) {
        var plan =
                PlanReader.read(
                        """
                        name: searched
                        model: model
                        data: {train: {folder: train}, test: {folder: test}}
                        steps:
                          - nas: {%s, trial: {epochs: 1}, training: {epochs: 9}, %s}
                        """
                                .formatted(SPACE, options));
        return new Job("run", plan, 0, null, List.of(), List.of(), Instant.EPOCH);
    }

    private static TrialScore score(Trial trial) {
        if (trial.genome().equals(Trial.ORIGINAL)) {
            return SyntheticScores.of(-1, Trial.ORIGINAL, 0, 0.9, 1_000_000)
                    .with(SyntheticScores.SHAPE);
        }
        return SyntheticScores.of(
                new ProposedTrial(trial.number(), Genome.parse(trial.genome()), 0, trial.epochs()));
    }

    private static Optional<SearchResult> run(
            InMemoryTrialSearch trials,
            Job job,
            ProgressListener progress,
            BooleanSupplier cancelled) {
        return new SearchCoordinator(trials, job, progress, cancelled, NOW).run();
    }

    private static SearchResult run(InMemoryTrialSearch trials, Job job) {
        return run(trials, job, ProgressListener.NONE, () -> false).orElseThrow();
    }

    @Test
    void theBestTrialOfTheBudgetIsPicked() {
        var trials = new InMemoryTrialSearch(SearchCoordinatorTest::score, 1);

        var result = run(trials, job("budget: {trials: 12}, objective: {pick: accuracy}"));

        var trained = result.history().stream().filter(s -> s.number() >= 0).toList();
        assertThat(trained).hasSize(12);
        assertThat(result.original().shape()).isEqualTo(SyntheticScores.SHAPE);
        assertThat(result.winner().accuracy())
                .isEqualTo(trained.stream().mapToDouble(TrialScore::accuracy).max().orElseThrow());
        assertThat(result.paretoFront()).contains(result.winner());
        assertThat(result.stopReason()).isEqualTo("all trials are done");
        assertThat(result.spaceSummary()).contains("stage 1:");
        assertThat(SearchResult.fromJson(result.toJson())).isEqualTo(result);
    }

    @Test
    void progressReportsTheBestTrialSoFar() {
        var messages = new ArrayList<String>();
        var fractions = new ArrayList<Double>();
        var trials = new InMemoryTrialSearch(SearchCoordinatorTest::score, 1);

        run(
                trials,
                job("budget: {trials: 6}"),
                (fraction, message) -> {
                    messages.add(message);
                    fractions.add(fraction);
                },
                () -> false);

        assertThat(messages)
                .startsWith("measuring the original", "trial 0/6")
                .last()
                .asString()
                .matches("trial 6/6, best [0-9.]+ % at [0-9.]+ [kM] MACs: s.*");
        assertThat(fractions).isSorted().last().isEqualTo(6.0 / 15);
    }

    @Test
    void aSearchKilledAtAnyPointResumesWithoutRepeatingATrial() {
        var job = job("budget: {trials: 10}, search: {halving: 3, parallel: 3}");
        var uninterrupted = run(new InMemoryTrialSearch(SearchCoordinatorTest::score, 1), job);
        for (int killedAfter = 0; killedAfter < uninterrupted.history().size(); killedAfter++) {
            var trained = new ArrayList<String>();
            Function<Trial, TrialScore> scorer =
                    trial -> {
                        trained.add(trial.key());
                        return score(trial);
                    };
            var trials = new InMemoryTrialSearch(scorer, killedAfter);
            int limit = killedAfter;

            var first = run(trials, job, ProgressListener.NONE, () -> trained.size() >= limit);
            var resumed = run(trials, job);

            assertThat(first).isEmpty();
            assertThat(trained).doesNotHaveDuplicates();
            assertThat(trained).hasSameSizeAs(uninterrupted.history());
            assertThat(resumed.winner().genome()).isEqualTo(uninterrupted.winner().genome());
        }
    }

    @Test
    void theTimeBudgetStopsTheSearchWithTheBestTrialSoFar() {
        var trials = new InMemoryTrialSearch(SearchCoordinatorTest::score, 1);
        var job = job("budget: {trials: 50, minutes: 5}");
        // One score per minute, the original's at 0; the clock shows the time of the last score.
        var clock =
                new Clock() {
                    @Override
                    public Instant instant() {
                        return Instant.EPOCH.plusSeconds(60L * (trials.scores().size() - 1));
                    }

                    @Override
                    public Clock withZone(ZoneId zone) {
                        return this;
                    }

                    @Override
                    public ZoneId getZone() {
                        return ZoneOffset.UTC;
                    }
                };

        var result =
                new SearchCoordinator(trials, job, ProgressListener.NONE, () -> false, clock)
                        .run()
                        .orElseThrow();

        assertThat(result.history()).hasSize(6);
        assertThat(result.stopReason()).isEqualTo("budget.minutes is used up");
        assertThat(result.paretoFront()).contains(result.winner());
    }

    @Test
    void failedTrialsAreNotInTheParetoFront() {
        var trials =
                new InMemoryTrialSearch(
                        trial ->
                                trial.number() % 2 == 1
                                        ? TrialScore.failed(trial, "loss is NaN")
                                        : score(trial),
                        1);

        var result = run(trials, job("budget: {trials: 8}"));

        assertThat(result.paretoFront()).allMatch(s -> s.failure() == null);
        assertThat(result.history()).filteredOn(s -> s.failure() != null).hasSize(4);
    }

    @Test
    void whenEveryTrialFailsTheFirstReasonIsReported() {
        var trials =
                new InMemoryTrialSearch(
                        trial ->
                                trial.number() >= 0
                                        ? TrialScore.failed(trial, "loss is NaN")
                                        : score(trial),
                        1);

        assertThatThrownBy(() -> run(trials, job("budget: {trials: 4}")))
                .hasMessage("All 4 trials failed, the first one with: loss is NaN");
    }

    @Test
    void aCostLimitBelowEveryArchitectureIsReported() {
        var trials = new InMemoryTrialSearch(SearchCoordinatorTest::score, 1);

        assertThatThrownBy(() -> run(trials, job("objective: {maxCost: 10}")))
                .hasMessageContaining("No architecture of the search space costs at most");
        assertThat(trials.scores()).hasSize(1);
    }

    @Test
    void withoutASearchSpaceTheDefaultOneFitsTheOriginal() {
        var plan =
                PlanReader.read(
                        """
                        name: searched
                        model: model
                        data: {train: {folder: train}, test: {folder: test}}
                        steps:
                          - nas: {budget: {trials: 5}}
                        """);
        var job = new Job("run", plan, 0, null, List.of(), List.of(), Instant.EPOCH);

        var result = run(new InMemoryTrialSearch(SearchCoordinatorTest::score, 1), job);

        assertThat(((NasStep) plan.steps().get(0)).space()).isNull();
        assertThat(result.spaceSummary()).contains("stage 3: conv|residual|separable|inverted");
    }

    @Test
    void scoresOfAnotherSearchAreRejected() {
        var trials = new InMemoryTrialSearch(SearchCoordinatorTest::score, 1);
        var job = job("budget: {trials: 4}");
        run(trials, job);
        var other = job("budget: {trials: 4}, search: {strategy: reinforce}");

        assertThatThrownBy(() -> run(trials, other)).hasMessageContaining("has changed");
    }
}
