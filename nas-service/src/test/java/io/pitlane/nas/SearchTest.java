package io.pitlane.nas;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.NasStep;
import io.pitlane.contract.NasStep.Budget;
import io.pitlane.contract.NasStep.Strategy;
import io.pitlane.contract.Training;
import io.pitlane.contract.TrialScore;
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

class SearchTest {
    private static NasStep step(Strategy strategy, int trials, int parallel, int halving) {
        return new NasStep(
                null,
                new NasStep.Search(strategy, 6, 3, parallel, halving),
                null,
                training(1),
                new Budget(trials, null),
                null,
                training(9));
    }

    private static Training training(int epochs) {
        return new Training(epochs, null, null, null, null, null, null, null, null, null);
    }

    private static Search search(NasStep step, Space space, long seed) {
        return new Search(space, step, genome -> true, TrialScore::accuracy, seed);
    }

    /** Scores of trainings that were done already come at once, the others one after another. */
    private static final class Replicas {
        private final Map<String, TrialScore> kept = new HashMap<>();
        private final List<Attempt> asked = new ArrayList<>();
        private int trained;

        /** Trains until the search is over, or so many are trained. */
        void run(Search search, Function<List<Attempt>, Integer> whoIsDone, int trainings) {
            var atWork = new ArrayList<Attempt>();
            int last = trained + trainings;
            while (!search.finished() && trained < last) {
                var next = search.next();
                if (next.isPresent()) {
                    begin(next.get(), search, atWork);
                } else if (!search.finished()) {
                    finish(atWork.remove((int) whoIsDone.apply(atWork)), search);
                }
            }
        }

        private void finish(Attempt done, Search search) {
            kept.put(key(done), Scores.imagined(done));
            search.scored(kept.get(key(done)));
            trained++;
        }

        private void begin(Attempt next, Search search, List<Attempt> atWork) {
            asked.add(next);
            var known = kept.get(key(next));
            if (known == null) {
                atWork.add(next);
            } else {
                search.scored(known);
            }
        }

        private static String key(Attempt attempt) {
            return attempt.number() + ":" + attempt.epochs();
        }
    }

    private static List<Attempt> inOrder(Search search) {
        var replicas = new Replicas();
        replicas.run(search, atWork -> 0, Integer.MAX_VALUE / 2);
        return replicas.asked;
    }

    private static Function<List<Attempt>, Integer> anyOrder(long seed) {
        var random = new Random(seed);
        return atWork -> random.nextInt(atWork.size());
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void theOrderInWhichScoresArriveChangesNothing(Strategy strategy) {
        for (int halving : new int[] {0, 2, 3}) {
            var step = step(strategy, 25, 4, halving);
            var expected = inOrder(search(step, Spaces.small(), 5));

            for (int order = 0; order < 20; order++) {
                var replicas = new Replicas();
                replicas.run(search(step, Spaces.small(), 5), anyOrder(order), 1000);
                assertThat(replicas.asked).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void aSearchBegunAnewAtAnyPointAsksForTheSameAndTrainsNothingTwice(Strategy strategy) {
        var step = step(strategy, 20, 3, 3);
        var expected = inOrder(search(step, Spaces.small(), 9));
        for (int death = 0; death <= expected.size(); death++) {
            var replicas = new Replicas();
            replicas.run(search(step, Spaces.small(), 9), anyOrder(death), death);
            replicas.asked.clear();

            replicas.run(search(step, Spaces.small(), 9), anyOrder(death + 1), 1000);

            assertThat(replicas.asked).isEqualTo(expected);
            assertThat(replicas.trained).isEqualTo(expected.size());
        }
    }

    @Test
    void neverMoreThanParallelTrialsAreAtWork() {
        var search = search(step(Strategy.EVOLUTION, 30, 4, 0), Spaces.small(), 1);
        var asked = new ArrayList<Attempt>();
        for (var next = search.next(); next.isPresent(); next = search.next()) {
            asked.add(next.get());
        }

        assertThat(asked).hasSize(4);
        search.scored(Scores.imagined(asked.get(2)));
        assertThat(search.next()).isEmpty();
        search.scored(Scores.imagined(asked.get(0)));
        assertThat(search.next()).isPresent();
        assertThat(search.next()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void noArchitectureIsProposedTwice(Strategy strategy) {
        var asked = inOrder(search(step(strategy, 60, 4, 0), Spaces.small(), 2));

        assertThat(asked).hasSize(60);
        assertThat(asked.stream().map(a -> a.genome().canonical())).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void aSpaceSmallerThanTheBudgetIsTriedWhole(Strategy strategy) {
        var asked = inOrder(search(step(strategy, 20, 2, 0), Spaces.tiny(), 2));

        assertThat(asked.stream().map(a -> a.genome().toString()))
                .containsExactlyInAnyOrder("s4k3|c4x1k3s2", "s4k3|c8x1k3s2", "s4k3|c12x1k3s2");
    }

    @Test
    void whatCostsTooMuchIsNeverTrained() {
        var search =
                new Search(
                        Spaces.small(),
                        step(Strategy.EVOLUTION, 30, 4, 0),
                        genome -> Network.of(genome, Scores.SHAPE).macs() <= 40_000,
                        TrialScore::accuracy,
                        1);

        assertThat(inOrder(search))
                .hasSize(30)
                .allMatch(a -> Network.of(a.genome(), Scores.SHAPE).macs() <= 40_000);
    }

    @Test
    void anotherSeedIsAnotherSearch() {
        var step = step(Strategy.RANDOM, 10, 4, 0);

        assertThat(inOrder(search(step, Spaces.small(), 1)))
                .isNotEqualTo(inOrder(search(step, Spaces.small(), 2)));
    }

    @Test
    void halvingPromotesTheBestWithMoreEpochs() {
        var asked = inOrder(search(step(Strategy.RANDOM, 27, 4, 3), Spaces.small(), 4));
        var first = asked.stream().filter(a -> a.rung() == 0).toList();
        var second = asked.stream().filter(a -> a.rung() == 1).toList();
        var third = asked.stream().filter(a -> a.rung() == 2).toList();

        assertThat(first).hasSize(27).allMatch(a -> a.epochs() == 1);
        assertThat(second).hasSizeBetween(9, 14).allMatch(a -> a.epochs() == 3);
        assertThat(third).isNotEmpty().allMatch(a -> a.epochs() == 9);
        assertThat(asked).allMatch(a -> a.rung() <= 2);
        var best = first.stream().max(Comparator.comparingDouble(SearchTest::accuracy));
        assertThat(third).extracting(Attempt::number).contains(best.orElseThrow().number());
    }

    private static double accuracy(Attempt attempt) {
        return Scores.imagined(attempt).accuracy();
    }

    @Test
    void failedTrainingsEndNothingAndTeachNothing() {
        var search = search(step(Strategy.EVOLUTION, 12, 3, 2), Spaces.small(), 4);
        int asked = 0;
        for (var next = search.next(); next.isPresent(); next = search.next()) {
            asked++;
            search.scored(Scores.failed(next.get()));
        }

        assertThat(asked).isEqualTo(12);
        assertThat(search.finished()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RANDOM")
    void whatLearnsFindsBetterThanWhatDoesNot(Strategy strategy) {
        long wins =
                IntStream.range(0, 40)
                        .filter(seed -> best(strategy, seed) > best(Strategy.RANDOM, seed))
                        .count();

        assertThat(wins).isGreaterThan(28);
    }

    private static double best(Strategy strategy, long seed) {
        return inOrder(search(step(strategy, 40, 4, 0), Spaces.small(), seed)).stream()
                .mapToDouble(SearchTest::accuracy)
                .max()
                .orElseThrow();
    }

    @Test
    void theControllerLearnsWhichOptionIsBest() {
        int width = 5;
        var space = Spaces.tiny();
        var controller = new ReinforceController(space);
        var random = new Random(1);

        for (int i = 0; i < 300; i++) {
            var genome = controller.propose(random);
            controller.learn(genome, genome.stages().get(0).width() / 12.0);
        }

        assertThat(space.decisions().get(width).name()).isEqualTo("stages[0].width");
        assertThat(controller.policy(width)[2]).isGreaterThan(0.8);
    }
}
