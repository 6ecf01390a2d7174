package io.pitlane.quantize;

import io.pitlane.contract.quantization.Calibration;
import io.pitlane.contract.quantization.Calibration.Method;
import io.pitlane.contract.quantization.Corrections;
import io.pitlane.contract.quantization.Corrections.BiasCorrection;
import io.pitlane.contract.step.QuantizeStep;
import java.util.List;
import java.util.function.UnaryOperator;

/** The rungs of the ladder that concern every layer, from cheap to dear. */
final class LadderRungs {
    /** A share of the values, percent, that clips more than the default. */
    private static final double CLIPPED = 99.9;

    private LadderRungs() {}

    /**
     * A rung.
     *
     * @param name what it adds
     * @param added to the options of the best rung so far
     */
    record LadderRung(String name, UnaryOperator<QuantizeStep> added) {}

    /** All of them. */
    static List<LadderRung> all() {
        return List.of(
                new LadderRung("plain", step -> step),
                new LadderRung("least-squares ranges", step -> with(step, Method.MSE, null)),
                new LadderRung("percentile ranges", step -> with(step, Method.PERCENTILE, CLIPPED)),
                new LadderRung(
                        "equalization",
                        step -> with(step, true, step.corrections().biasCorrection())),
                new LadderRung(
                        "bias correction",
                        step ->
                                with(
                                        step,
                                        step.corrections().equalization(),
                                        BiasCorrection.EMPIRICAL)));
    }

    private static QuantizeStep with(
            QuantizeStep step, boolean equalization, BiasCorrection biasCorrection) {
        return step.toBuilder().corrections(new Corrections(equalization, biasCorrection)).build();
    }

    private static QuantizeStep with(QuantizeStep step, Method method, Double percentile) {
        var calibration =
                new Calibration(
                        method,
                        percentile,
                        step.calibration().samples(),
                        step.calibration().layers());
        return step.toBuilder().calibration(calibration).build();
    }
}
