package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.pruning.Regrowth;
import io.pitlane.contract.pruning.SparsitySchedule;
import io.pitlane.contract.pruning.SparsitySchedule.Shape;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.PruneStep.Method;
import io.pitlane.graph.FloatTensor;
import io.pitlane.training.weights.MaskSchedule.Change;
import io.pitlane.training.weights.MaskSchedule.State;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MagnitudeScheduleTest {
    private static final float[] WEIGHTS = {0.5f, -3, 2, 0.1f, -1, 0.9f, 4, -0.3f, 6, 0.7f};

    /** s = 0.8 at x = 0.25 and 0.5; computed by hand from the formulas. */
    @ParameterizedTest
    @CsvSource({
        "LINEAR, 0.2, 0.4",
        "CUBIC, 0.4625, 0.7",
        "EXPONENTIAL, 0.3312597, 0.5527864",
        "COSINE, 0.1171573, 0.4"
    })
    void theSparsityFollowsTheFormula(Shape shape, double quarter, double half) {
        // Given from step 100 to step 500 of 1000
        var curve = new SparsityCurve(new SparsitySchedule(shape, 0.1, 0.5, 50), 1000);

        // Then
        assertThat(curve.at(200, 0.8)).isCloseTo(quarter, within(1e-7));
        assertThat(curve.at(300, 0.8)).isCloseTo(half, within(1e-7));
        assertThat(curve.at(500, 0.8)).isEqualTo(0.8);
        assertThat(LongStream.range(0, 1000).filter(curve::growsAt))
                .containsExactly(150L, 200L, 250L, 300L, 350L, 400L, 450L, 500L);
    }

    @Test
    void aShortTrainingHasALastStepOfTheFinalSparsity() {
        // Given
        var curve = new SparsityCurve(new SparsitySchedule(null, 0.5, 0.99, null), 7);

        // Then
        assertThat(curve.end()).isEqualTo(6);
        assertThat(LongStream.range(0, 7).filter(curve::growsAt)).containsExactly(5L, 6L);
    }

    @Test
    void oneShotRemovesEverythingAtItsStep() {
        // Given
        var curve = new SparsityCurve(new SparsitySchedule(Shape.ONE_SHOT, 0.25, null, null), 40);

        // Then
        assertThat(LongStream.range(0, 40).filter(curve::growsAt)).containsExactly(10L);
        assertThat(curve.at(10, 0.7)).isEqualTo(0.7);
    }

    @Test
    void theMasksFollowTheWeightsOfTheirStep() {
        // Given a linear schedule over steps 0 to 20 of 40
        var schedule = schedule(step().schedule(new SparsitySchedule(Shape.LINEAR, 0.0, 0.5, 10)));
        var weights = kernel(WEIGHTS);
        var later = weights.values().clone();
        later[2] = 0.01f;

        // When
        var first = schedule.masks(10, 40, new State(Map.of("k", weights), Map.of(), Map.of()));
        var last =
                schedule.masks(20, 40, new State(Map.of("k", kernel(later)), Map.of(), Map.of()));

        // Then 3 and 6 of 10 weights
        assertThat(schedule.at(0, 40)).isEqualTo(Change.NONE);
        assertThat(schedule.at(10, 40)).isEqualTo(Change.BY_WEIGHTS);
        assertThat(first.get("k").values()).containsExactly(0, 1, 1, 0, 1, 1, 1, 0, 1, 1);
        assertThat(last.get("k").values()).containsExactly(0, 1, 0, 0, 1, 0, 1, 0, 1, 0);
        assertThat(schedule.isFinal(19, 40)).isFalse();
        assertThat(schedule.isFinal(20, 40)).isTrue();
    }

    /** The step after the change finds the divergence, and training rolls back. */
    @Test
    void weightsThatAreNoNumbersDoNotStopAChangeOfTheMasks() {
        // Given
        var schedule = schedule(step().schedule(new SparsitySchedule(Shape.LINEAR, 0.0, 0.5, 10)));
        var diverged = kernel(WEIGHTS).map(weight -> Double.NaN);

        // When
        var masks = schedule.masks(10, 40, new State(Map.of("k", diverged), Map.of(), Map.of()));

        // Then
        assertThat(masks.get("k").values()).containsOnly(1);
    }

    @Test
    void theFractionOfExchangedWeightsFallsAlongACosine() {
        // Given exchanges from step 200 until step 600
        var exchanges = new Exchanges(new Regrowth(0.4, 0.6, 100), 200, 1000);

        // Then
        assertThat(LongStream.range(0, 1000).filter(exchanges::isAt))
                .containsExactly(300L, 400L, 500L);
        assertThat(exchanges.fraction(300)).isCloseTo(0.2 * (1 + Math.sqrt(0.5)), within(1e-9));
        assertThat(exchanges.fraction(400)).isCloseTo(0.2, within(1e-9));
    }

    @Test
    void theSmallestWeightsAreExchangedForThoseOfTheLargestGradients() {
        // Given the weights 1, 2, 6, 8 remain; weight 3 was removed by an earlier step
        var mask = kernel(0, 1, 1, 0, 0, 0, 1, 0, 1, 0);
        var held = kernel(1, 1, 1, 0, 1, 1, 1, 1, 1, 1);
        var gradient = kernel(0.1f, 0, 0.7f, 9, -0.8f, 0.2f, 0, 0.3f, 5, -0.5f);
        var exchange = new WeightExchange(KernelUnits.single(mask), held);

        // When half of them are dropped: 2 and -3
        var next = exchange.mask(kernel(WEIGHTS), gradient, mask, 0.5);

        // Then -0.8 grows, and the dropped weight of gradient 0.7 returns at once
        assertThat(next.values()).containsExactly(0, 0, 1, 0, 1, 0, 1, 0, 1, 0);
    }

    @Test
    void exchangesBeginAfterTheFinalSparsityAndNeedGradients() {
        // Given
        var schedule =
                schedule(
                        step().schedule(new SparsitySchedule(Shape.LINEAR, 0.0, 0.5, 10))
                                .regrowth(new Regrowth(0.3, 0.8, 4)));

        // Then
        assertThat(
                        LongStream.range(0, 40)
                                .filter(step -> schedule.at(step, 40) == Change.BY_GRADIENTS))
                .containsExactly(24L, 28L);
        assertThat(schedule.at(20, 40)).isEqualTo(Change.BY_WEIGHTS);
    }

    private static PruneStep.Builder step() {
        return PruneStep.builder().method(Method.MAGNITUDE).ratio(0.6);
    }

    private static MagnitudeSchedule schedule(PruneStep.Builder step) {
        var ones = kernel(WEIGHTS).map(weight -> 1);
        return new MagnitudeSchedule(
                step.build(),
                Map.of("k", KernelUnits.single(ones)),
                Map.of("k", ones),
                Map.of("k", ones));
    }

    private static FloatTensor kernel(float... values) {
        return new FloatTensor(values, 2, 5);
    }
}
