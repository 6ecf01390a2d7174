package io.pitlane.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.graph.runtime.Outputs;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

class CallTimerTest {
    private static final FloatTensor IMAGE = new FloatTensor(new float[1], new long[] {1, 1});

    private final List<String> calls = new ArrayList<>();
    private long clock;

    @Test
    void theCallsOfAllModelsAlternate() {
        // Given
        var timer = new CallTimer(0, () -> clock);

        // When
        timer.millis(List.of(model("a", call -> 1), model("b", call -> 2)), IMAGE);

        // Then: five calls each to warm up, then at least fifteen
        assertThat(calls).hasSize(40);
        for (int i = 0; i < calls.size(); i++) {
            assertThat(calls.get(i)).isEqualTo(i % 2 == 0 ? "a" : "b");
        }
    }

    @Test
    void aFigureIsTheFifthPercentileOfTheTimedCalls() {
        // Given: the calls that warm up take long, the forty timed ones 1 to 40 milliseconds
        var timer = new CallTimer(0.8, () -> clock);
        var model = model("a", call -> call < 5 ? 900_000_000 : 1_000_000L * (call - 4));

        // When
        double[] millis = timer.millis(List.of(model), IMAGE);

        // Then: a twentieth of the calls is faster
        assertThat(calls).hasSize(45);
        assertThat(millis).hasSize(1);
        assertThat(millis[0]).isCloseTo(3, within(1e-9));
    }

    @Test
    void fastCallsAreTimedNoMoreThanTwoThousandTimes() {
        new CallTimer(3600, () -> clock).millis(List.of(model("a", call -> 1)), IMAGE);

        assertThat(calls).hasSize(2005);
    }

    /** A model whose calls let the clock go on. */
    private EngineModel model(String name, IntToLongFunction nanos) {
        return new EngineModel() {
            private int made;

            @Override
            public Outputs predict(FloatTensor image) {
                assertThat(image).isSameAs(IMAGE);
                calls.add(name);
                clock += nanos.applyAsLong(made++);
                return null;
            }

            @Override
            public ModelInputs inputs() {
                throw new UnsupportedOperationException();
            }

            @Override
            public void close() {}
        };
    }
}
