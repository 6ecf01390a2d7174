package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.pruning.PruningTarget;
import io.pitlane.contract.step.PruneStep;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CutAmountTest {

    @Test
    void everyRatioIsScaledAndTheLimitIsLeftOut() {
        var step =
                PruneStep.builder()
                        .ratio(0.8)
                        .ratios(Map.of("stem", 0.4, "head", 0.0))
                        .maxAccuracyDrop(0.01)
                        .build();

        var half = CutAmount.of(step, 0.5, 1000);

        assertThat(half.ratio()).isCloseTo(0.4, within(1e-12));
        assertThat(half.ratios()).containsOnly(Map.entry("stem", 0.2), Map.entry("head", 0.0));
        assertThat(half.limits()).isZero();
        assertThat(CutAmount.describe(half)).isEqualTo("ratio 0.400");
    }

    @Test
    void aTargetIsScaledByWhatItRemoves() {
        assertThat(half(PruningTarget.ofMacs(0.4)).macs()).isCloseTo(0.7, within(1e-12));
        assertThat(half(PruningTarget.ofParameters(0.2)).parameters())
                .isCloseTo(0.6, within(1e-12));
        // 1000 parameters take 4000 bytes, of which half of 3000 go
        assertThat(half(PruningTarget.ofSize(1000)).sizeBytes()).isEqualTo(2500);
    }

    @Test
    void theWholeAmountIsTheStepItself() {
        var step = PruneStep.builder().target(PruningTarget.ofMacs(0.5)).build();

        assertThat(CutAmount.of(step, 1, 1000)).isEqualTo(step);
    }

    private static PruningTarget half(PruningTarget target) {
        return CutAmount.of(PruneStep.builder().target(target).build(), 0.5, 1000).target();
    }
}
