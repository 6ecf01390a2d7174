package io.pitlane.model.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.model.graph.FloatTensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FreshWeightsTest {

    @Test
    void kernelsHaveTheVarianceOfHeAndTheRestStartsNeutral() {
        var fresh = FreshWeights.in(TinyModels.classifier(1, "Softmax"), 3);

        float[] dense = FloatTensor.of(fresh.node("dense/kernel")).values();
        double squares = 0;
        for (float value : dense) {
            squares += value * value;
        }
        assertThat(squares / dense.length).isCloseTo(2.0 / 144, within(0.2 * 2.0 / 144));
        assertThat(FloatTensor.of(fresh.node("dense/bias")).values()).containsOnly(0f);
        assertThat(FloatTensor.of(fresh.node("bn/gamma")).values()).containsOnly(1f);
        assertThat(FloatTensor.of(fresh.node("bn/beta")).values()).containsOnly(0f);
        assertThat(FloatTensor.of(fresh.node("bn/mean")).values()).containsOnly(0f);
        assertThat(FloatTensor.of(fresh.node("bn/variance")).values()).containsOnly(1f);
    }

    @Test
    void theSeedAloneDecides() {
        var one = FreshWeights.in(TinyModels.classifier(1, "Softmax"), 3);
        var same = FreshWeights.in(TinyModels.classifier(2, "Softmax"), 3);
        var other = FreshWeights.in(TinyModels.classifier(1, "Softmax"), 4);

        assertThat(same.toGraphDef()).isEqualTo(one.toGraphDef());
        assertThat(
                        Arrays.equals(
                                FloatTensor.of(other.node("dense/kernel")).values(),
                                FloatTensor.of(one.node("dense/kernel")).values()))
                .isFalse();
    }
}
