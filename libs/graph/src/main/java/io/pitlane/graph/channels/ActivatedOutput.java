package io.pitlane.graph.channels;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.Channels;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * The output of a layer behind its bias, batch norm and activation. Where a residual sum comes
 * before the activation, it is that of the sum.
 *
 * @param tensor the output
 * @param channels the channel at each position along its axis of channels
 */
public record ActivatedOutput(TensorRef tensor, Channels channels) {
    private static final Set<Kind> PASSED =
            EnumSet.of(
                    Kind.BIAS,
                    Kind.BATCH_NORM,
                    Kind.ADDITION,
                    Kind.SUBTRACTION,
                    Kind.MULTIPLICATION,
                    Kind.DIVISION,
                    Kind.IDENTITY,
                    Kind.FAKE_QUANTIZATION,
                    Kind.ACTIVATION);

    /**
     * That of a layer; empty where its channels are not traced.
     *
     * @param layer name of its node
     */
    public static Optional<ActivatedOutput> of(
            FlatGraph graph, DependencyGraph dependencies, String layer) {
        var last = at(dependencies, layer);
        var node = graph.node(layer);
        while (last.isPresent() && Operations.of(node).kind() != Kind.ACTIVATION) {
            var next = next(graph, node);
            var output = next.flatMap(n -> at(dependencies, n.getName()));
            if (output.isEmpty() || !output.get().hasChannelsOf(last.get(), dependencies)) {
                return last;
            }
            node = next.get();
            last = output;
        }
        return last;
    }

    private static Optional<NodeDef> next(FlatGraph graph, NodeDef node) {
        return graph.onlyConsumer(node.getName())
                .filter(consumer -> PASSED.contains(Operations.of(consumer).kind()));
    }

    private static Optional<ActivatedOutput> at(DependencyGraph dependencies, String node) {
        var tensor = TensorRef.of(node);
        return dependencies.channels(tensor).map(each -> new ActivatedOutput(tensor, each));
    }

    private boolean hasChannelsOf(ActivatedOutput other, DependencyGraph dependencies) {
        return Arrays.equals(roots(dependencies), other.roots(dependencies));
    }

    private int[] roots(DependencyGraph dependencies) {
        return Arrays.stream(channels.ids()).map(dependencies::root).toArray();
    }
}
