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
 * What of a model training moves.
 *
 * @param weights constants that gradients move
 * @param norms batch norms whose statistics follow the batches
 * @param statistics what is averaged for which constant: outputs 1 and 2 of the norms
 * @param notes what stays as it is, and why
 */
public record Trainables(
        List<TrainableWeight> weights,
        List<NodeDef> norms,
        Map<String, List<TensorRef>> statistics,
        List<String> notes) {

    /**
     * Everything that the tensors depend on.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when there is nothing to
     *     train
     */
    public static Trainables of(
            FlatGraph flat, Collection<TensorRef> tensors, BatchNorm batchNorm) {
        var reach = GradientReach.of(flat, tensors);
        var weights = TrainableWeights.of(flat, reach.nodes());
        if (weights.isEmpty()) {
            throw invalidInput(
                    "The model has no float32 weights to train%s."
                            .formatted(reach.obstacles().isEmpty() ? "" : ": " + frozen(reach)),
                    "Set the epochs to 0.");
        }
        var norms =
                BatchNorms.of(flat).stream()
                        .filter(norm -> batchNorm == BatchNorm.TRAINED)
                        .filter(norm -> reach.nodes().contains(norm.getName()))
                        .toList();
        boolean some = TrainableWeights.of(flat).size() > weights.size();
        var notes =
                some && !reach.obstacles().isEmpty() ? List.of(frozen(reach)) : List.<String>of();
        return new Trainables(weights, norms, statistics(flat, norms), notes);
    }

    private static String frozen(GradientReach reach) {
        return reach.obstacles().stream()
                .map(node -> "'%s' (%s)".formatted(node.getName(), node.getOp()))
                .limit(5)
                .collect(
                        Collectors.joining(
                                ", ", "weights before ", " stay, for there is no gradient"));
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

    /** Whether weight decay draws a weight of this name to zero. */
    public boolean decays(String name) {
        return weights.stream().anyMatch(weight -> weight.name().equals(name) && weight.isKernel());
    }
}
