package io.pitlane.quantize;

import io.pitlane.analysis.ErrorMemory;
import io.pitlane.analysis.ModelComparison;
import io.pitlane.analysis.QualityLimit;
import io.pitlane.contract.finding.Finding;
import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.finding.QuantizationLadder;
import io.pitlane.contract.finding.QuantizationLadder.Rung;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.contract.step.QuantizeStep.Scheme;
import io.pitlane.contract.training.Training;
import io.pitlane.contract.training.Training.QuantizationSteps;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.quantize.LadderRungs.LadderRung;
import io.pitlane.quantize.PostTrainingInt8.QuantizedModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Tries ways to quantize a model, from cheap to dear, until one keeps a limit on validation images:
 *
 * <ol>
 *   <li>Each of the {@link LadderRungs}, added to the best so far.
 *   <li>The most sensitive layers with 16-bit activations, then float: those that a knapsack over
 *       the measured sensitivity chooses ({@link MixedPrecision}), for ever fewer
 *       multiply-accumulates in int8. A choice is passed over where the best model, with these
 *       layers float and the rest as it is, does not keep the limit.
 *   <li>Quantization-aware training of the best so far.
 * </ol>
 *
 * Where none keeps the limit, the best is kept. A ladder that is resumed goes on where it was.
 */
final class Ladder {
    /** Shares of the multiply-accumulates that stay int8. */
    private static final double[] SHARES = {0.98, 0.95, 0.9, 0.8, 0.6, 0.3};

    private final QualityLimit limit;
    private final List<LadderRung> ofAllLayers;
    private final Function<QuantizeStep, QuantizedModel> quantization;
    private final ModelComparison validation;
    private final BiFunction<QuantizeStep, QuantizedModel, LayerSensitivity> sensitivity;
    private final int epochs;
    private final ErrorMemory memory;
    private final ProgressListener progress;
    private final List<Rung> rungs = new ArrayList<>();
    private Optional<LayerSensitivity> measured = Optional.empty();
    private Rung best;
    private QuantizedModel model;

    /**
     * A ladder.
     *
     * @param ofAllLayers the rungs before those that spare the most sensitive layers
     * @param quantization makes a model by the options of a step
     * @param validation compares it with the float model
     * @param sensitivity measures the layers of a model, given the step that made it
     * @param epochs of the training
     * @param memory of the rungs of an earlier attempt
     */
    Ladder(
            QualityLimit limit,
            List<LadderRung> ofAllLayers,
            Function<QuantizeStep, QuantizedModel> quantization,
            ModelComparison validation,
            BiFunction<QuantizeStep, QuantizedModel, LayerSensitivity> sensitivity,
            int epochs,
            ErrorMemory memory,
            ProgressListener progress) {
        this.limit = limit;
        this.ofAllLayers = List.copyOf(ofAllLayers);
        this.quantization = quantization;
        this.validation = validation;
        this.sensitivity = sensitivity;
        this.epochs = epochs;
        this.memory = memory;
        this.progress = progress;
    }

    /**
     * The model of the rung where the ladder ends.
     *
     * @param model the quantized model, with the ladder in its notes
     * @param findings the ladder, and the sensitivity of the layers where it was measured
     */
    record Result(QuantizedModel model, List<Finding> findings) {}

    /**
     * Climbs.
     *
     * @param step the options of the first rung; its own limit does not count
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT where the limit cannot be
     *     measured
     */
    Result climb(QuantizeStep step) {
        var plain =
                step.toBuilder()
                        .maxAccuracyDrop(null)
                        .maxErrorIncrease(null)
                        .minAgreement(null)
                        .sensitivity(null)
                        .build();
        for (var rung : ofAllLayers) {
            if (isDone()) {
                break;
            }
            attempt(rung.name(), rung.added().apply(best == null ? plain : bestStep()));
        }
        if (!isDone()) {
            spareLayers();
        }
        if (!isDone() && model().isQuantized() && bestStep().training() == null) {
            attempt("training", trained(bestStep()));
        }
        return result();
    }

    private boolean isDone() {
        return best != null && best.held();
    }

    private QuantizeStep bestStep() {
        return (QuantizeStep) best.step();
    }

    private void spareLayers() {
        if (!model().isQuantized()) {
            return;
        }
        var quantized = bestStep();
        var wholly = model();
        measured = Optional.of(sensitivity.apply(quantized, wholly));
        var mixed = new MixedPrecision(measured.get());
        var switchable = new SwitchableGraph(wholly.floats(), wholly.graph());
        var choices =
                Arrays.stream(SHARES)
                        .mapToObj(mixed::floatLayers)
                        .filter(layers -> !layers.isEmpty())
                        .toList();
        for (int i = 0; i < choices.size() && !isDone(); i++) {
            boolean isLast = i == choices.size() - 1;
            if (isLast || mayHold(quantized, switchable, choices.get(i))) {
                spare(quantized, choices.get(i));
            }
        }
    }

    /**
     * Whether the limit holds with some layers of a quantized model float and the rest as it is:
     * corrections of the rest are not made again for it.
     *
     * @param step that made the model
     */
    private boolean mayHold(QuantizeStep step, SwitchableGraph switchable, List<String> layers) {
        if (step.training() != null) {
            return true;
        }
        var error =
                memory.error(
                        "without " + layers,
                        () ->
                                validation.of(
                                        switchable.graph(), switchable.on(switchable.but(layers))));
        return limit.holds(limit.measured(floats(), error));
    }

    private void spare(QuantizeStep quantized, List<String> layers) {
        if (quantized.scheme().hasIntegerArithmetic()) {
            attempt(named(layers.size(), "in 16 bits"), withInt16(quantized, layers));
        }
        if (!isDone()) {
            attempt(named(layers.size(), "float"), withFloat(quantized, layers));
        }
    }

    private Optional<Double> floats() {
        return validation.before().map(Accuracy.Headline::value);
    }

    private QuantizeStep trained(QuantizeStep step) {
        var steps =
                step.scheme() == Scheme.POWER_OF_TWO
                        ? QuantizationSteps.FIXED
                        : QuantizationSteps.LEARNED;
        return step.toBuilder()
                .training(Training.builder().epochs(epochs).quantizationSteps(steps).build())
                .build();
    }

    private static String named(int layers, String how) {
        return layers + (layers == 1 ? " layer " : " layers ") + how;
    }

    /** A step with more float layers. */
    static QuantizeStep withFloat(QuantizeStep step, List<String> layers) {
        return step.toBuilder().floatLayers(joined(step.floatLayers(), layers)).build();
    }

    private static QuantizeStep withInt16(QuantizeStep step, List<String> layers) {
        return step.toBuilder().int16Layers(joined(step.int16Layers(), layers)).build();
    }

    /**
     * @param named null for none
     */
    private static List<String> joined(List<String> named, List<String> more) {
        return Stream.concat(Stream.ofNullable(named).flatMap(List::stream), more.stream())
                .toList();
    }

    private void attempt(String name, QuantizeStep step) {
        if (rungs.stream().anyMatch(rung -> rung.step().equals(step))) {
            return;
        }
        double most = ofAllLayers.size() + 2 * SHARES.length + 1;
        progress.at(rungs.size() / most, "ladder: " + name);
        var made = new QuantizedModel[1];
        var error =
                memory.error(
                        step.toString(),
                        () -> {
                            made[0] = quantization.apply(step);
                            return validation.of(made[0].graph());
                        });
        double value = limit.measured(floats(), error);
        var rung = new Rung(name, step, error, value, limit.holds(value));
        rungs.add(rung);
        if (best == null || isBetter(rung)) {
            best = rung;
            model = made[0];
        }
    }

    private boolean isBetter(Rung rung) {
        int order = limit.compare(rung.measured(), best.measured());
        return order < 0 || order == 0 && rung.error().noise() < best.error().noise();
    }

    /** The best rung's model, which is made again where its figures were remembered. */
    private QuantizedModel model() {
        if (model == null) {
            model = quantization.apply(bestStep());
        }
        return model;
    }

    private Result result() {
        var findings = new ArrayList<Finding>(model().findings());
        measured.ifPresent(findings::add);
        findings.add(
                new QuantizationLadder(
                        limit.option(),
                        limit.value(),
                        validation.images(),
                        floats().orElse(null),
                        rungs,
                        best.name(),
                        best.held()));
        return new Result(model().with(note()), List.copyOf(findings));
    }

    private String note() {
        var figures =
                String.format(
                        Locale.ROOT,
                        "%s %s, %.4g on %d validation images",
                        limit.option(),
                        limit.value(),
                        best.measured(),
                        validation.images());
        return best.held()
                ? "kept by the rung '%s' of the ladder: %s".formatted(best.name(), figures)
                : "no rung of the ladder keeps the limit; the best, '%s', is kept: %s"
                        .formatted(best.name(), figures);
    }
}
