package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.finding.LayerSensitivity.Layer;
import io.pitlane.contract.finding.OutputError;
import io.pitlane.contract.quantization.QuantizationBudget;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MixedPrecisionTest {
    private static final MixedPrecision MIXED =
            new MixedPrecision(
                    new LayerSensitivity(
                            1,
                            null,
                            null,
                            error(5.0),
                            List.of(
                                    layer("first", 10, 100, 20.0),
                                    layer("noisiest", 60, 400, 10.0),
                                    layer("noisy", 20, 300, 12.0),
                                    layer("exact", 10, 200, null))));

    @Test
    void theNoisiestLayersThatFitStayFloat() {
        assertThat(MIXED.floatLayers(0.9)).containsExactly("first");
        assertThat(MIXED.floatLayers(0.8)).containsExactly("noisy");
        assertThat(MIXED.floatLayers(0.7)).containsExactly("first", "noisy");
        assertThat(MIXED.floatLayers(0.4)).containsExactly("noisiest");
        assertThat(MIXED.floatLayers(0)).containsExactly("first", "noisiest", "noisy");
        assertThat(MIXED.floatLayers(1)).isEmpty();
    }

    @Test
    void aBudgetOfBytesCountsFourForAFloatWeight() {
        // Given: 1,000 quantized weights of one byte, and 50 other parameters of four
        int least = 1000 + 4 * 50;

        // Then
        assertThat(floatLayers(least)).isEmpty();
        assertThat(floatLayers(least + 3 * 100)).containsExactly("first");
        assertThat(floatLayers(least + 3 * 400)).containsExactly("noisiest");
        assertThat(floatLayers(least + 3 * 399)).containsExactly("noisy");
    }

    @Test
    void aBudgetBelowThatOfInt8IsRefused() {
        assertThatThrownBy(() -> floatLayers(1199))
                .hasMessageContaining("quantize.budget.sizeBytes is 1199")
                .hasMessageContaining("the parameters take 1200 bytes");
    }

    @Test
    void layersStayFloatByTheTimeThatEachOfThemCosts() {
        // Given
        var millis = Map.of("first", -0.1, "noisiest", 0.5, "noisy", 0.3, "exact", 0.0);

        // Then: one that is no slower in float stays float in any case
        assertThat(MIXED.floatLayers(millis, 0.1)).containsExactly("first");
        assertThat(MIXED.floatLayers(millis, 0.45)).containsExactly("first", "noisy");
        assertThat(MIXED.floatLayers(millis, 0.5)).containsExactly("first", "noisiest");
    }

    private static List<String> floatLayers(long bytes) {
        return MIXED.floatLayers(new QuantizationBudget(null, bytes, null, null), 1050);
    }

    static Layer layer(String name, long macs, long parameters, Double sqnr) {
        return new Layer(name, macs, parameters, error(sqnr), null, null, null, null, "advice");
    }

    static OutputError error(Double sqnr) {
        return new OutputError(sqnr, null, null, null);
    }
}
