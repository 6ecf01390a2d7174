package io.pitlane.bench;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.bench.LatencyBenchmark.SamplingBudget;
import io.pitlane.bench.LatencyBenchmark.TimedModel;
import io.pitlane.graph.FloatTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatencyBenchmarkTest {
    private static final FloatTensor FIRST = new FloatTensor(new float[] {1, 2}, 2, 1);
    private static final FloatTensor SECOND = new FloatTensor(new float[] {3, 4}, 2, 1);

    private final SimulatedMachine machine = new SimulatedMachine();
    private final LatencyBenchmark benchmark = new LatencyBenchmark(machine::nanoTime);

    @Test
    void everyRoundCallsEachModelOnceWithTheSameBatch() {
        // Given
        var models = List.of(machine.model("a", 10), machine.model("b", 20));

        // When
        var timings =
                benchmark.run(
                        models, List.of(FIRST, SECOND), new SamplingBudget(0.001, 8), done -> {});

        // Then
        var timed = machine.lastCalls(2 * timings.get(0).samples());
        for (int round = 0; 2 * round < timed.size(); round++) {
            var calls = timed.subList(2 * round, 2 * round + 2);
            assertThat(calls).extracting(Call::label).containsExactlyInAnyOrder("a", "b");
            assertThat(calls).extracting(Call::batch).containsOnly(round % 2 == 0 ? FIRST : SECOND);
        }
    }

    @Test
    void theOrderOfTheTimedRoundsIsBalanced() {
        // Given
        var labels = List.of("a", "b", "c", "d");
        var models = labels.stream().map(label -> machine.model(label, 10)).toList();

        // When: 15 rounds would do, the next whole design ends at 16
        var timings = benchmark.run(models, List.of(FIRST), new SamplingBudget(0.001, 15), d -> {});

        // Then
        assertThat(timings).extracting(Timings::samples).containsOnly(16);
        var calls = machine.lastCalls(4 * 16);
        for (int position = 0; position < 4; position++) {
            int at = position;
            var there = IntStream.range(0, 16).mapToObj(round -> calls.get(4 * round + at).label());
            assertThat(there.collect(groupingBy(label -> label, counting())))
                    .isEqualTo(Map.of("a", 4L, "b", 4L, "c", 4L, "d", 4L));
        }
    }

    @Test
    void roundsRunUntilTheBudgetOfTheModelsIsSpent() {
        // Given: 7 ms a round, so 4 s for both models are spent after 571.4 rounds
        var models = List.of(machine.model("slow", 5), machine.model("quick", 2));

        // When
        var timings = benchmark.run(models, List.of(FIRST), new SamplingBudget(2, 15), done -> {});

        // Then
        assertThat(timings).extracting(Timings::samples).containsExactly(572, 572);
    }

    @Test
    void aSlowModelGetsTheMinimumOfSamplesAndAShortWarmUp() {
        // Given: the budget suffices for two calls
        var model = machine.model("segmenter", 4_000);

        // When
        var timings =
                benchmark.run(
                        List.of(model), List.of(FIRST), new SamplingBudget(10, 15), done -> {});

        // Then: 15 calls after one that is not counted
        assertThat(timings.get(0).samples()).isEqualTo(15);
        assertThat(machine.calls()).isEqualTo(16);
    }

    @Test
    void tenThousandSamplesAreEnough() {
        var timings =
                benchmark.run(
                        List.of(machine.model("a", 1), machine.model("b", 1)),
                        List.of(FIRST),
                        new SamplingBudget(60, 15),
                        done -> {});

        assertThat(timings).extracting(Timings::samples).containsExactly(10_000, 10_000);
    }

    @Test
    void theWarmUpLastsUntilAModelIsSteady() {
        // Given: 100 ms at first, 2 ms less each call, 10 ms from call 45 on
        var model = machine.model("cold", call -> Math.max(10, 100 - 2 * call));

        // When
        var timings =
                benchmark.run(
                        List.of(model), List.of(FIRST), new SamplingBudget(0.001, 50), done -> {});

        // Then
        assertThat(timings.get(0).nanos()).hasSize(50).containsOnly(10_000_000L);
    }

    @Test
    void pairedSpeedupIsRobustToAMachineThatSlowsDown() {
        // Given: after 20 s the machine runs at a third of its speed
        machine.slowDownAfterMillis(20_000, 3);
        var models = List.of(machine.model("original", 30), machine.model("new", 10));

        // When
        var timings =
                benchmark.run(models, List.of(FIRST), new SamplingBudget(0.001, 1200), done -> {});

        // Then
        assertThat(timings.get(1).pairedSpeedup(timings.get(0))).isCloseTo(3, within(1e-9));
        assertThat(timings.get(1).millis().at(0)).isEqualTo(10);
        assertThat(timings.get(1).millis().at(100)).isEqualTo(30);
    }

    @Test
    void speedupIsTheBaselinesLatencyOverTheModels() {
        // Given: ratios by round 2, 4 and 3; medians 40 and 10
        var original = new Timings("original", 1, new long[] {20, 40, 60});
        var candidate = new Timings("candidate", 1, new long[] {10, 10, 20});

        // Then
        assertThat(candidate.medianSpeedup(original)).isCloseTo(4, within(1e-12));
        assertThat(candidate.pairedSpeedup(original)).isCloseTo(3, within(1e-12));
    }

    @Test
    void throughputIsThatOfTheWholeLoop() {
        // Given: one call of 70 ms among nine of 10 ms, four images each
        var millis = new long[] {10, 10, 10, 70, 10, 10, 10, 10, 10, 10};
        var timings =
                new Timings("model", 4, LongStream.of(millis).map(m -> m * 1_000_000).toArray());

        // Then: 40 images in 160 ms; by the median it would be 400 a second
        assertThat(timings.imagesPerSecond()).isCloseTo(250, within(1e-9));
    }

    @Test
    void progressRisesToOne() {
        var shares = new ArrayList<Double>();

        benchmark.run(
                List.of(machine.model("a", 1)),
                List.of(FIRST),
                new SamplingBudget(0.001, 10),
                shares::add);

        assertThat(shares).isSorted().hasSize(10).last().isEqualTo(1.0);
    }

    private record Call(String label, FloatTensor batch) {}

    /** A clock that advances during predictions only. */
    private static final class SimulatedMachine {
        private final List<Call> calls = new ArrayList<>();
        private long now;
        private long slowFrom = Long.MAX_VALUE;
        private int slowness = 1;

        long nanoTime() {
            return now;
        }

        void slowDownAfterMillis(long millis, int times) {
            slowFrom = millis * 1_000_000;
            slowness = times;
        }

        TimedModel model(String label, long millis) {
            return model(label, call -> millis);
        }

        TimedModel model(String label, LongUnaryOperator millisOfCall) {
            var made = new long[1];
            return new TimedModel(
                    label,
                    batch -> {
                        calls.add(new Call(label, batch));
                        long millis = millisOfCall.applyAsLong(made[0]++);
                        now += 1_000_000 * millis * (now >= slowFrom ? slowness : 1);
                    });
        }

        int calls() {
            return calls.size();
        }

        List<Call> lastCalls(int count) {
            return calls.subList(calls.size() - count, calls.size());
        }
    }
}
