package io.pitlane.quantize;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.quantization.QuantizationBudget;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import io.pitlane.pipeline.stage.ProgressListener;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which layers stay float so that a call takes no longer than a budget: what each layer costs is
 * measured, by leaving it alone float; what several cost is taken to add up, and measured too.
 * Where it is more than the budget after all, less is spent.
 */
final class LatencyBudget {
    private static final int ATTEMPTS = 8;

    /** The least share of what may be spent that a failed attempt takes away. */
    private static final double STEP = 0.1;

    private final QuantizationBudget budget;
    private final Timer timer;

    /** A budget with {@code latencyMillis}. */
    LatencyBudget(QuantizationBudget budget, Timer timer) {
        this.budget = budget;
        this.timer = timer;
    }

    /** Measures calls. */
    @FunctionalInterface
    interface Timer {

        /** The median of the milliseconds of a call of each graph, measured side by side. */
        double[] millis(List<FlatGraph> graphs);
    }

    /**
     * What was chosen.
     *
     * @param layers that stay float
     * @param predicted milliseconds of a call: of all layers in int8, and what each of these costs
     */
    record Choice(List<String> layers, double predicted) {
        Choice {
            layers = List.copyOf(layers);
        }
    }

    /**
     * The layers that stay float.
     *
     * @param quantized with all layers in int8
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT where these take longer
     */
    Choice choose(FlatGraph quantized, LayerSensitivity sensitivity, ProgressListener progress) {
        var names = sensitivity.layers().stream().map(LayerSensitivity.Layer::name).toList();
        var costs = new HashMap<String, Double>();
        var whole = new ArrayList<Double>();
        for (var name : names) {
            progress.at((double) costs.size() / names.size(), "latency: " + name);
            var millis = timer.millis(List.of(quantized, withFloat(quantized, List.of(name))));
            whole.add(millis[0]);
            costs.put(name, millis[1] - millis[0]);
        }
        double int8 = whole.stream().sorted().skip(whole.size() / 2).findFirst().orElseThrow();
        requireWithin(int8);
        return choose(quantized, new MixedPrecision(sensitivity), costs, int8);
    }

    private Choice choose(
            FlatGraph quantized, MixedPrecision mixed, Map<String, Double> costs, double int8) {
        double spent = budget.latencyMillis() - int8;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            var layers = mixed.floatLayers(costs, spent);
            double measured = timer.millis(List.of(withFloat(quantized, layers)))[0];
            if (measured <= budget.latencyMillis()) {
                return new Choice(layers, int8 + layers.stream().mapToDouble(costs::get).sum());
            }
            spent -= Math.max(measured - budget.latencyMillis(), STEP * Math.abs(spent));
        }
        return new Choice(List.of(), int8);
    }

    private void requireWithin(double int8) {
        if (int8 > budget.latencyMillis()) {
            throw invalidInput(
                    String.format(
                            Locale.ROOT,
                            "quantize.budget.latencyMillis is %s, but with every layer in int8 a call takes %.3f ms on %s.",
                            budget.latencyMillis(),
                            int8,
                            budget.engine().title()),
                    "Allow more, or prune the model first.");
        }
    }

    /**
     * A quantized graph with some layers float: they have the same weights, but no engine computes
     * them in integers.
     */
    static FlatGraph withFloat(FlatGraph quantized, Collection<String> layers) {
        var editor = quantized.edit();
        for (var layer : layers) {
            var weights = quantized.input(quantized.node(layer), 1);
            editor.setInput(layer, 1, TensorRef.parse(weights.getInput(0)));
        }
        return editor.build();
    }

    /** What came of a choice, for the notes of a model. */
    String note(Choice choice, FlatGraph model) {
        double measured = timer.millis(List.of(model))[0];
        return String.format(
                Locale.ROOT,
                "latency budget of %s ms on %s: %.3f ms measured for one image on one thread, %.3f predicted; float to lose less: %s%s",
                budget.latencyMillis(),
                budget.engine().title(),
                measured,
                choice.predicted(),
                choice.layers().isEmpty() ? "no layer" : String.join(", ", choice.layers()),
                measured > budget.latencyMillis() ? "; the last measurement exceeds it" : "");
    }
}
