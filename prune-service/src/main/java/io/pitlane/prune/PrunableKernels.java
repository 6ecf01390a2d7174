package io.pitlane.prune;

import io.pitlane.analysis.LayerPatterns;
import io.pitlane.contract.pruning.SparsityPattern.Blocks;
import io.pitlane.contract.pruning.SparsityPattern.NofM;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.PruneStep.SparsityRule;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.operation.LayerKernel;
import io.pitlane.graph.operation.Operations;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * The kernels of convolutions and dense layers that magnitude pruning prunes. Biases and batch norm
 * parameters are not among them: they are few, and the accuracy depends on each.
 */
final class PrunableKernels {
    private static final String NO_MATRIX = "its kernel is no matrix of outputs and inputs";

    private final FlatGraph graph;
    private final PruneStep step;
    private final Set<String> ignored;
    private final Map<String, FloatTensor> weights = new LinkedHashMap<>();
    private final Map<String, KernelUnits> units = new LinkedHashMap<>();
    private final Map<String, List<String>> reasons = new LinkedHashMap<>();

    /**
     * The kernels of a graph.
     *
     * @param step with {@code method: magnitude}
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT where the step ignores a
     *     layer that the graph does not have
     */
    PrunableKernels(FlatGraph graph, PruneStep step) {
        this.graph = graph;
        this.step = step;
        ignored = LayerPatterns.matching(graph, "prune.ignore", step.ignore());
        var kept = new HashSet<String>();
        for (var layer : graph.nodes()) {
            if (Operations.of(layer).isLayer()) {
                LayerKernel.of(graph, layer)
                        .ifPresentOrElse(kernel -> add(kernel, kept), () -> leaveAlone(layer));
            }
        }
        // A kernel that two layers share is kept where one of them is left alone.
        weights.keySet().removeAll(kept);
        units.keySet().removeAll(kept);
    }

    private void add(LayerKernel kernel, Set<String> kept) {
        var reason = reasonToLeaveAlone(kernel);
        if (reason.isPresent()) {
            leaveAlone(kernel.layer(), reason.get());
            kept.add(kernel.name());
        } else {
            weights.put(kernel.name(), kernel.values());
            units.put(kernel.name(), units(kernel).orElseThrow());
        }
    }

    private void leaveAlone(NodeDef layer) {
        leaveAlone(
                layer,
                Operations.of(layer).isPrunable()
                        ? "no constant float32 kernel"
                        : "pruning does not support " + layer.getOp());
    }

    private void leaveAlone(NodeDef layer, String reason) {
        reasons.computeIfAbsent(reason, r -> new ArrayList<>()).add(layer.getName());
    }

    private Optional<KernelUnits> units(LayerKernel kernel) {
        var pattern = step.sparsityPattern().orElse(null);
        if (pattern instanceof NofM group) {
            return KernelUnits.single(kernel).filter(of -> of.inputs() % group.of() == 0);
        }
        if (pattern instanceof Blocks block) {
            return KernelUnits.blocks(kernel, block);
        }
        return step.rule() == SparsityRule.MEDIAN
                ? KernelUnits.rows(kernel)
                : Optional.of(KernelUnits.single(kernel.values()));
    }

    private Optional<String> reasonToLeaveAlone(LayerKernel kernel) {
        if (ignored.contains(kernel.layer().getName())) {
            return Optional.of("in ignore");
        }
        if (step.rule() == SparsityRule.MEDIAN && isOutputOfModel(kernel.layer())) {
            return Optional.of("its rows are outputs of the model");
        }
        if (units(kernel).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                KernelUnits.rows(kernel)
                        .map(
                                of ->
                                        "%d x %d outputs x inputs do not divide into %s"
                                                .formatted(of.count(), of.inputs(), step.pattern()))
                        .orElse(NO_MATRIX));
    }

    /** Whether the model gives what the layer gives, with no other layer between. */
    private boolean isOutputOfModel(NodeDef layer) {
        var next = new ArrayDeque<>(List.of(layer));
        var seen = new HashSet<String>();
        while (!next.isEmpty()) {
            var node = next.remove();
            if (graph.isOutput(node.getName())) {
                return true;
            }
            for (var use : graph.uses(node.getName())) {
                var consumer = use.consumer();
                if (!Operations.of(consumer).isLayer() && seen.add(consumer.getName())) {
                    next.add(consumer);
                }
            }
        }
        return false;
    }

    /** By the names of their Consts, in the graph's order; a shared one is listed once. */
    Map<String, FloatTensor> weights() {
        return Collections.unmodifiableMap(weights);
    }

    /** The parts of each that are removed as a whole. */
    Map<String, KernelUnits> units() {
        return Collections.unmodifiableMap(units);
    }

    /** The layers whose kernels are not pruned, as {@code "attention, mixer: reason"}. */
    List<String> leftAlone() {
        return reasons.entrySet().stream()
                .map(layers -> String.join(", ", layers.getValue()) + ": " + layers.getKey())
                .toList();
    }
}
