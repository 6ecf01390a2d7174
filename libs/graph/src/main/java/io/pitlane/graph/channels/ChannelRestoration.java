package io.pitlane.graph.channels;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.channels.dependency.WeightSlice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tensorflow.proto.NodeDef;

/**
 * Puts the weights of a model without some channels back into the shapes of the model before. The
 * channels that were removed are zero on both sides, so that the result computes the same outputs,
 * and a further pruning by a norm removes them first.
 */
public final class ChannelRestoration {
    private final FlatGraph before;
    private final DependencyGraph dependencies;
    private final Map<String, List<WeightSlice>> slices;

    /**
     * Restores models that were made from one model.
     *
     * @param before the model that {@link ChannelPruning} was given
     */
    public ChannelRestoration(FlatGraph before) {
        this.before = VectorUnsharing.apply(before);
        this.dependencies = DependencyGraph.of(this.before);
        this.slices =
                dependencies.slices().stream()
                        .collect(Collectors.groupingBy(WeightSlice::constant));
    }

    /**
     * The model before, with the weights of a pruned model.
     *
     * @param pruned without the channels, and possibly trained since
     * @param removed the channels, as {@link ChannelPruning.Pruned#removed}
     * @return empty where the pruned model has other nodes or shapes than the removal leaves
     */
    public Optional<FlatGraph> restored(FlatGraph pruned, Set<Integer> removed) {
        if (!operations(pruned).equals(operations(before))) {
            return Optional.empty();
        }
        var editor = before.edit();
        for (var node : before.nodes()) {
            if (FloatTensor.isFloatConst(node)) {
                var weight =
                        pruned.find(node.getName()).flatMap(cut -> restored(node, cut, removed));
                if (weight.isEmpty()) {
                    return Optional.empty();
                }
                editor.put(weight.get().toConst(node.getName()));
            }
        }
        return Optional.of(editor.build());
    }

    /** The nodes that compute; the removal may add constants for shapes. */
    private static Map<String, String> operations(FlatGraph graph) {
        return graph.nodes().stream()
                .filter(node -> !node.getOp().equals("Const"))
                .collect(Collectors.toMap(NodeDef::getName, NodeDef::getOp));
    }

    private Optional<FloatTensor> restored(NodeDef whole, NodeDef cut, Set<Integer> removed) {
        if (!FloatTensor.isFloatConst(cut)) {
            return Optional.empty();
        }
        var shape = FloatTensor.of(whole).shape();
        var kept = new ArrayList<int[]>();
        for (long length : shape) {
            kept.add(IntStream.range(0, (int) length).toArray());
        }
        for (var slice : slices.getOrDefault(whole.getName(), List.of())) {
            var ids = slice.channels().ids();
            kept.set(
                    slice.channels().axis(),
                    IntStream.range(0, ids.length)
                            .filter(i -> !removed.contains(dependencies.root(ids[i])))
                            .toArray());
        }
        var values = FloatTensor.of(cut);
        var left = kept.stream().mapToLong(positions -> positions.length).toArray();
        return Arrays.equals(left, values.shape())
                ? Optional.of(scattered(values, kept, shape))
                : Optional.empty();
    }

    /** Values at some positions of each axis of a larger tensor, which is zero elsewhere. */
    private static FloatTensor scattered(FloatTensor values, List<int[]> kept, long[] shape) {
        int size = 1;
        for (long length : shape) {
            size *= (int) length;
        }
        var whole = new float[size];
        for (int i = 0; i < values.values().length; i++) {
            int rest = i;
            int target = 0;
            int stride = 1;
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                var positions = kept.get(axis);
                target += positions[rest % positions.length] * stride;
                rest /= positions.length;
                stride *= (int) shape[axis];
            }
            whole[target] = values.values()[i];
        }
        return new FloatTensor(whole, shape);
    }
}
