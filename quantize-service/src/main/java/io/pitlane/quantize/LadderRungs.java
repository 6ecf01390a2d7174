package io.pitlane.quantize;

import io.pitlane.contract.quantization.Calibration;
import io.pitlane.contract.quantization.Calibration.Method;
import io.pitlane.contract.quantization.Corrections;
import io.pitlane.contract.quantization.Corrections.AdaRound;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.contract.step.QuantizeStep.Scheme;
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

    /** Those of a number format: without quantized activations, there is only the plain one. */
    static List<LadderRung> of(Scheme scheme) {
        return scheme.hasIntegerArithmetic() ? ofIntegers() : ofIntegers().subList(0, 1);
    }

    private static List<LadderRung> ofIntegers() {
        return List.of(
                new LadderRung("plain", step -> step),
                new LadderRung("least-squares ranges", step -> with(step, Method.MSE, null)),
                new LadderRung("percentile ranges", step -> with(step, Method.PERCENTILE, CLIPPED)),
                new LadderRung("equalization", LadderRungs::withEqualization),
                new LadderRung("AdaRound", LadderRungs::withAdaRound));
    }

    private static QuantizeStep withEqualization(QuantizeStep step) {
        var before = step.corrections();
        return with(step, new Corrections(true, before.biasCorrection(), before.adaRound()));
    }

    private static QuantizeStep withAdaRound(QuantizeStep step) {
        var before = step.corrections();
        return before.adaRound() != null
                ? step
                : with(
                        step,
                        new Corrections(
                                before.equalization(), before.biasCorrection(), AdaRound.DEFAULT));
    }

    private static QuantizeStep with(QuantizeStep step, Corrections corrections) {
        return step.toBuilder().corrections(corrections).build();
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
