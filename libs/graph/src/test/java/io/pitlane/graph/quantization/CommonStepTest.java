package io.pitlane.graph.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CommonStepTest {
    private static final float STEP = 0.0123f;

    @Test
    void theStepIsFoundWhereTheSmallestValueIsAMultipleOfIt() {
        var values = new float[] {STEP * -7, 0, STEP * 3, STEP * 500};

        double step = CommonStep.of(values).orElseThrow();

        assertThat(step).isCloseTo(STEP, within(1e-9));
    }

    @Test
    void theLargestMagnitudeIsTheHighestCodeOfSomeBits() {
        double step = 0.77f / 127.0;
        var values = new float[] {0.77f, (float) (13 * step), (float) (-57 * step)};

        assertThat(CommonStep.of(values)).hasValue(step);
    }

    @Test
    void valuesOfNoGridHaveNone() {
        var random = new Random(1);
        var values = new float[20];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }

        assertThat(CommonStep.of(values)).isEmpty();
        assertThat(CommonStep.of(0, 0)).isEmpty();
        assertThat(CommonStep.of(1, Float.POSITIVE_INFINITY)).isEmpty();
        assertThat(CommonStep.of(1, Float.NaN)).isEmpty();
    }
}
