package io.pitlane.nas.coordinate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.Job;
import io.pitlane.contract.NasStep;
import io.pitlane.contract.PlanReader;
import io.pitlane.contract.Trial;
import io.pitlane.contract.TrialScore;
import io.pitlane.nas.search.Attempt;
import io.pitlane.nas.search.Scores;
import io.pitlane.nas.space.Genome;
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

class CoordinationTest {
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
            return Scores.of(-1, Trial.ORIGINAL, 0, 0.9, 1_000_000).with(Scores.SHAPE);
        }
        return Scores.imagined(
                new Attempt(trial.number(), Genome.parse(trial.genome()), 0, trial.epochs()));
    }

    private static Optional<SearchResult> run(
            FakeExchange exchange, Job job, ProgressListener progress, BooleanSupplier cancelled) {
        return new Coordination(exchange, job, progress, cancelled, NOW).run();
    }

    private static SearchResult run(FakeExchange exchange, Job job) {
        return run(exchange, job, ProgressListener.NONE, () -> false).orElseThrow();
    }

    @Test
    void theBudgetIsTriedAndTheBestOfItPicked() {
        var exchange = new FakeExchange(CoordinationTest::score, 1);

        var result = run(exchange, job("budget: {trials: 12}, objective: {pick: accuracy}"));

        var trained = result.history().stream().filter(s -> s.number() >= 0).toList();
        assertThat(trained).hasSize(12);
        assertThat(result.original().shape()).isEqualTo(Scores.SHAPE);
        assertThat(result.winner().accuracy())
                .isEqualTo(trained.stream().mapToDouble(TrialScore::accuracy).max().orElseThrow());
        assertThat(result.front()).contains(result.winner());
        assertThat(result.ended()).isEqualTo("all trials are done");
        assertThat(result.space()).contains("stage 1:");
        assertThat(SearchResult.fromJson(result.toJson())).isEqualTo(result);
    }

    @Test
    void progressTellsTheBestSoFar() {
        var told = new ArrayList<String>();
        var fractions = new ArrayList<Double>();
        var exchange = new FakeExchange(CoordinationTest::score, 1);

        run(
                exchange,
                job("budget: {trials: 6}"),
                (fraction, message) -> {
                    told.add(message);
                    fractions.add(fraction);
                },
                () -> false);

        assertThat(told)
                .startsWith("measuring the original", "trial 0/6")
                .last()
                .asString()
                .matches("trial 6/6, best [0-9.]+ % at [0-9.]+ [kM] MACs: s.*");
        assertThat(fractions).isSorted().last().isEqualTo(6.0 / 15);
    }

    @Test
    void killedAtAnyPointItGoesOnWithoutTrainingAgain() {
        var job = job("budget: {trials: 10}, search: {halving: 3, parallel: 3}");
        var undisturbed = run(new FakeExchange(CoordinationTest::score, 1), job);
        for (int death = 0; death < undisturbed.history().size(); death++) {
            var trained = new ArrayList<String>();
            Function<Trial, TrialScore> replicas =
                    trial -> {
                        trained.add(trial.key());
                        return score(trial);
                    };
            var exchange = new FakeExchange(replicas, death);
            int after = death;

            var first = run(exchange, job, ProgressListener.NONE, () -> trained.size() >= after);
            var resumed = run(exchange, job);

            assertThat(first).isEmpty();
            assertThat(trained).doesNotHaveDuplicates();
            assertThat(trained).hasSameSizeAs(undisturbed.history());
            assertThat(resumed.winner().genome()).isEqualTo(undisturbed.winner().genome());
        }
    }

    @Test
    void theClockEndsTheSearchWithTheBestSoFar() {
        var exchange = new FakeExchange(CoordinationTest::score, 1);
        var job = job("budget: {trials: 50, minutes: 5}");
        // A score a minute, the original's at 0; the clock is that of the last score.
        var clock =
                new Clock() {
                    @Override
                    public Instant instant() {
                        return Instant.EPOCH.plusSeconds(60L * (exchange.scores().size() - 1));
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
                new Coordination(exchange, job, ProgressListener.NONE, () -> false, clock)
                        .run()
                        .orElseThrow();

        assertThat(result.history()).hasSize(6);
        assertThat(result.ended()).isEqualTo("budget.minutes are over");
        assertThat(result.front()).contains(result.winner());
    }

    @Test
    void trialsThatFailAreLeftOut() {
        var exchange =
                new FakeExchange(
                        trial ->
                                trial.number() % 2 == 1
                                        ? TrialScore.failed(trial, "it exploded")
                                        : score(trial),
                        1);

        var result = run(exchange, job("budget: {trials: 8}"));

        assertThat(result.front()).allMatch(s -> s.failure() == null);
        assertThat(result.history()).filteredOn(s -> s.failure() != null).hasSize(4);
    }

    @Test
    void whereEveryTrialFailsTheFirstReasonIsGiven() {
        var exchange =
                new FakeExchange(
                        trial ->
                                trial.number() >= 0
                                        ? TrialScore.failed(trial, "it exploded")
                                        : score(trial),
                        1);

        assertThatThrownBy(() -> run(exchange, job("budget: {trials: 4}")))
                .hasMessage("All 4 trials failed, the first one: it exploded");
    }

    @Test
    void whereNothingIsCheapEnoughThatIsSaid() {
        var exchange = new FakeExchange(CoordinationTest::score, 1);

        assertThatThrownBy(() -> run(exchange, job("objective: {maxCost: 10}")))
                .hasMessageContaining("No architecture of the search space costs at most");
        assertThat(exchange.scores()).hasSize(1);
    }

    @Test
    void withoutASpaceOneIsMadeAfterTheOriginal() {
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

        var result = run(new FakeExchange(CoordinationTest::score, 1), job);

        assertThat(((NasStep) plan.steps().get(0)).space()).isNull();
        assertThat(result.space()).contains("stage 3: conv|residual|separable|inverted");
    }

    @Test
    void scoresOfAnotherSearchAreNotTakenForItsOwn() {
        var exchange = new FakeExchange(CoordinationTest::score, 1);
        var job = job("budget: {trials: 4}");
        run(exchange, job);
        var other = job("budget: {trials: 4}, search: {strategy: reinforce}");

        assertThatThrownBy(() -> run(exchange, other)).hasMessageContaining("has changed");
    }
}
