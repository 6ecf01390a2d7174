package io.pitlane.nas;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.search.TrialScore;
import io.pitlane.contract.step.NasStep;
import io.pitlane.contract.step.NasStep.Budget;
import io.pitlane.contract.step.SearchOptions;
import io.pitlane.contract.step.SearchOptions.Strategy;
import io.pitlane.contract.training.Training;
import io.pitlane.nas.ArchitectureSearch.ProposedTrial;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArchitectureSearchTest {
    private static NasStep step(Strategy strategy, int trials, int parallel, int halving) {
        return NasStep.builder()
                .search(
                        SearchOptions.builder()
                                .strategy(strategy)
                                .population(6)
                                .tournament(3)
                                .parallel(parallel)
                                .halving(halving)
                                .build())
                .trial(training(1))
                .budget(new Budget(trials, null))
                .training(training(9))
                .build();
    }

    private static Training training(int epochs) {
        return Training.builder().epochs(epochs).build();
    }

    private static ArchitectureSearch search(NasStep step, ArchitectureSpace space, long seed) {
        return new ArchitectureSearch(space, step, genome -> true, TrialScore::accuracy, seed);
    }

    /** Scores of earlier trials are available at once, the others arrive one after another. */
    private static final class Replicas {
        private final Map<String, TrialScore> scores = new HashMap<>();
        private final List<ProposedTrial> proposed = new ArrayList<>();
        private int trained;

        /** Trains until the search is finished, or this many trials are trained. */
        void run(
                ArchitectureSearch search,
                Function<List<ProposedTrial>, Integer> nextToFinish,
                int limit) {
            var running = new ArrayList<ProposedTrial>();
            int last = trained + limit;
            while (!search.finished() && trained < last) {
                var next = search.next();
                if (next.isPresent()) {
                    begin(next.get(), search, running);
                } else if (!search.finished()) {
                    finish(running.remove((int) nextToFinish.apply(running)), search);
                }
            }
        }

        private void finish(ProposedTrial done, ArchitectureSearch search) {
            scores.put(key(done), SyntheticScores.of(done));
            search.addScore(scores.get(key(done)));
            trained++;
        }

        private void begin(
                ProposedTrial next, ArchitectureSearch search, List<ProposedTrial> running) {
            proposed.add(next);
            var known = scores.get(key(next));
            if (known == null) {
                running.add(next);
            } else {
                search.addScore(known);
            }
        }

        private static String key(ProposedTrial trial) {
            return trial.number() + ":" + trial.epochs();
        }
    }

    private static List<ProposedTrial> inOrder(ArchitectureSearch search) {
        var replicas = new Replicas();
        replicas.run(search, running -> 0, Integer.MAX_VALUE / 2);
        return replicas.proposed;
    }

    private static Function<List<ProposedTrial>, Integer> randomOrder(long seed) {
        var random = new Random(seed);
        return running -> random.nextInt(running.size());
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void theOrderOfTheScoresDoesNotMatter(Strategy strategy) {
        for (int halving : new int[] {0, 2, 3}) {
            var step = step(strategy, 25, 4, halving);
            var expected = inOrder(search(step, ExampleSpaces.small(), 5));

            for (int order = 0; order < 20; order++) {
                var replicas = new Replicas();
                replicas.run(search(step, ExampleSpaces.small(), 5), randomOrder(order), 1000);
                assertThat(replicas.proposed).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void aSearchRestartedAtAnyPointProposesTheSameTrialsAndRepeatsNone(Strategy strategy) {
        var step = step(strategy, 20, 3, 3);
        var expected = inOrder(search(step, ExampleSpaces.small(), 9));
        for (int killedAfter = 0; killedAfter <= expected.size(); killedAfter++) {
            var replicas = new Replicas();
            replicas.run(
                    search(step, ExampleSpaces.small(), 9), randomOrder(killedAfter), killedAfter);
            replicas.proposed.clear();

            replicas.run(
                    search(step, ExampleSpaces.small(), 9), randomOrder(killedAfter + 1), 1000);

            assertThat(replicas.proposed).isEqualTo(expected);
            assertThat(replicas.trained).isEqualTo(expected.size());
        }
    }

    @Test
    void neverMoreThanParallelTrialsAreRunning() {
        var search = search(step(Strategy.EVOLUTION, 30, 4, 0), ExampleSpaces.small(), 1);
        var proposed = new ArrayList<ProposedTrial>();
        for (var next = search.next(); next.isPresent(); next = search.next()) {
            proposed.add(next.get());
        }

        assertThat(proposed).hasSize(4);
        search.addScore(SyntheticScores.of(proposed.get(2)));
        assertThat(search.next()).isEmpty();
        search.addScore(SyntheticScores.of(proposed.get(0)));
        assertThat(search.next()).isPresent();
        assertThat(search.next()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void noArchitectureIsProposedTwice(Strategy strategy) {
        var proposed = inOrder(search(step(strategy, 60, 4, 0), ExampleSpaces.small(), 2));

        assertThat(proposed).hasSize(60);
        assertThat(proposed.stream().map(t -> t.genome().canonical())).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void aSpaceSmallerThanTheBudgetIsSearchedCompletely(Strategy strategy) {
        var proposed = inOrder(search(step(strategy, 20, 2, 0), ExampleSpaces.tiny(), 2));

        assertThat(proposed.stream().map(t -> t.genome().toString()))
                .containsExactlyInAnyOrder("s4k3|c4x1k3s2", "s4k3|c8x1k3s2", "s4k3|c12x1k3s2");
    }

    @Test
    void inadmissibleArchitecturesAreNotProposed() {
        var search =
                new ArchitectureSearch(
                        ExampleSpaces.small(),
                        step(Strategy.EVOLUTION, 30, 4, 0),
                        genome -> Network.of(genome, SyntheticScores.SHAPE).macs() <= 40_000,
                        TrialScore::accuracy,
                        1);

        assertThat(inOrder(search))
                .hasSize(30)
                .allMatch(t -> Network.of(t.genome(), SyntheticScores.SHAPE).macs() <= 40_000);
    }

    @Test
    void anotherSeedGivesAnotherSearch() {
        var step = step(Strategy.RANDOM, 10, 4, 0);

        assertThat(inOrder(search(step, ExampleSpaces.small(), 1)))
                .isNotEqualTo(inOrder(search(step, ExampleSpaces.small(), 2)));
    }

    @Test
    void halvingPromotesTheBestTrialsToMoreEpochs() {
        var proposed = inOrder(search(step(Strategy.RANDOM, 27, 4, 3), ExampleSpaces.small(), 4));
        var first = proposed.stream().filter(t -> t.rung() == 0).toList();
        var second = proposed.stream().filter(t -> t.rung() == 1).toList();
        var third = proposed.stream().filter(t -> t.rung() == 2).toList();

        assertThat(first).hasSize(27).allMatch(t -> t.epochs() == 1);
        assertThat(second).hasSizeBetween(9, 14).allMatch(t -> t.epochs() == 3);
        assertThat(third).isNotEmpty().allMatch(t -> t.epochs() == 9);
        assertThat(proposed).allMatch(t -> t.rung() <= 2);
        var best = first.stream().max(Comparator.comparingDouble(ArchitectureSearchTest::accuracy));
        assertThat(third).extracting(ProposedTrial::number).contains(best.orElseThrow().number());
    }

    private static double accuracy(ProposedTrial trial) {
        return SyntheticScores.of(trial).accuracy();
    }

    @Test
    void failedTrialsDoNotStopTheSearch() {
        var search = search(step(Strategy.EVOLUTION, 12, 3, 2), ExampleSpaces.small(), 4);
        int proposed = 0;
        for (var next = search.next(); next.isPresent(); next = search.next()) {
            proposed++;
            search.addScore(SyntheticScores.failed(next.get()));
        }

        assertThat(proposed).isEqualTo(12);
        assertThat(search.finished()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RANDOM")
    void aLearningStrategyBeatsRandomSearch(Strategy strategy) {
        long wins =
                IntStream.range(0, 40)
                        .filter(seed -> best(strategy, seed) > best(Strategy.RANDOM, seed))
                        .count();

        assertThat(wins).isGreaterThan(28);
    }

    private static double best(Strategy strategy, long seed) {
        return inOrder(search(step(strategy, 40, 4, 0), ExampleSpaces.small(), seed)).stream()
                .mapToDouble(ArchitectureSearchTest::accuracy)
                .max()
                .orElseThrow();
    }

    @Test
    void theControllerLearnsTheBestOption() {
        int width = 5;
        var space = ExampleSpaces.tiny();
        var controller = new ReinforceController(space);
        var random = new Random(1);

        for (int i = 0; i < 300; i++) {
            var genome = controller.propose(random);
            controller.update(genome, genome.stages().get(0).width() / 12.0);
        }

        assertThat(space.decisions().get(width).name()).isEqualTo("stages[0].width");
        assertThat(controller.policy(width)[2]).isGreaterThan(0.8);
    }
}
