package io.pitlane.training.weights;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.training.Training.BatchNorm;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.proto.NodeDef;

/**
 * The parameters of a model that training changes: weights, by gradients, and running statistics of
 * batch norm.
 *
 * @param weights constants that are updated by gradients
 * @param norms batch norms that are trained
 * @param statistics for each mean or variance constant, the batch statistics that are averaged:
 *     outputs 1 and 2 of the batch norms
 * @param notes which weights are not trained, and why
 */
public record TrainableParameters(
        List<TrainableWeight> weights,
        List<NodeDef> norms,
        Map<String, List<TensorRef>> statistics,
        List<String> notes) {

    /**
     * The parameters that these tensors depend on.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when there is nothing to
     *     train
     */
    public static TrainableParameters of(
            FlatGraph flat, Collection<TensorRef> tensors, BatchNorm batchNorm) {
        var flow = GradientFlow.of(flat, tensors);
        var weights = WeightFinder.find(flat, flow.nodes());
        if (weights.isEmpty()) {
            throw invalidInput(
                    "The model has no float32 weights to train%s."
                            .formatted(
                                    flow.withoutGradient().isEmpty()
                                            ? ""
                                            : ": " + frozenNote(flow)),
                    "Set the epochs to 0.");
        }
        var norms =
                BatchNorms.of(flat).stream()
                        .filter(norm -> batchNorm == BatchNorm.TRAINED)
                        .filter(norm -> flow.nodes().contains(norm.getName()))
                        .toList();
        boolean someFrozen = WeightFinder.find(flat).size() > weights.size();
        var notes =
                someFrozen && !flow.withoutGradient().isEmpty()
                        ? List.of(frozenNote(flow))
                        : List.<String>of();
        return new TrainableParameters(weights, norms, statistics(flat, norms), notes);
    }

    private static String frozenNote(GradientFlow flow) {
        return flow.withoutGradient().stream()
                .map(node -> "'%s' (%s)".formatted(node.getName(), node.getOp()))
                .limit(5)
                .collect(
                        Collectors.joining(
                                ", ", "weights before ", " are not trained: no gradient"));
    }

    private static Map<String, List<TensorRef>> statistics(FlatGraph flat, List<NodeDef> norms) {
        var statistics = new LinkedHashMap<String, List<TensorRef>>();
        for (var norm : norms) {
            for (int slot : List.of(BatchNorms.MEAN, BatchNorms.VARIANCE)) {
                int output = slot - BatchNorms.MEAN + 1;
                statistics
                        .computeIfAbsent(flat.input(norm, slot).getName(), n -> new ArrayList<>())
                        .add(new TensorRef(norm.getName(), output));
            }
        }
        return statistics;
    }

    /** Names of the constants that become variables. */
    public Set<String> names() {
        var names = new LinkedHashSet<String>();
        weights.forEach(weight -> names.add(weight.name()));
        names.addAll(statistics.keySet());
        return names;
    }

    /** Whether weight decay applies to a weight of this name: it does to kernels. */
    public boolean decays(String name) {
        return weights.stream().anyMatch(weight -> weight.name().equals(name) && weight.isKernel());
    }
}
