package io.pitlane.graph.channels;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.ChannelGroup;
import io.pitlane.graph.channels.dependency.Channels;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.channels.dependency.TransferRules;
import io.pitlane.graph.channels.dependency.WeightSlice;
import io.pitlane.graph.channels.dependency.WeightSlice.Role;
import io.pitlane.graph.operation.LayerKernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.tensorflow.proto.NodeDef;

/**
 * An input of a layer through which it reads channels that can be removed. What all reads of a
 * channel contribute to the output is what its removal takes away; a depthwise convolution does not
 * count, for its own output is read in turn.
 *
 * @param layer name of the layer's node
 * @param slot which of its inputs
 * @param channels the channel at each position of that tensor
 */
public record ChannelRead(String layer, int slot, Channels channels) {

    /** The reads of a graph, in its order. */
    public static List<ChannelRead> of(FlatGraph graph, DependencyGraph dependencies) {
        return new Search(graph, dependencies).reads();
    }

    private static final class Search {
        private final FlatGraph graph;
        private final DependencyGraph dependencies;
        private final Set<Integer> removable = new HashSet<>();
        private final Map<String, Set<Integer>> readByKernel = new HashMap<>();

        Search(FlatGraph graph, DependencyGraph dependencies) {
            this.graph = graph;
            this.dependencies = dependencies;
            dependencies.groups().stream()
                    .map(ChannelGroup::removable)
                    .flatMapToInt(Arrays::stream)
                    .forEach(removable::add);
            dependencies.slices().stream()
                    .filter(slice -> slice.role() == Role.CONSUMES)
                    .forEach(this::addRead);
        }

        private void addRead(WeightSlice slice) {
            var read = readByKernel.computeIfAbsent(slice.constant(), k -> new HashSet<>());
            roots(slice.channels()).filter(removable::contains).forEach(read::add);
        }

        private IntStream roots(Channels channels) {
            return Arrays.stream(channels.ids()).map(dependencies::root);
        }

        List<ChannelRead> reads() {
            var reads = new ArrayList<ChannelRead>();
            graph.nodes().stream()
                    .filter(TransferRules::isLayer)
                    .flatMap(node -> LayerKernel.of(graph, node).stream())
                    .forEach(
                            kernel -> {
                                var read = readByKernel.getOrDefault(kernel.name(), Set.of());
                                addReads(kernel.layer(), kernel.slot(), read, reads);
                            });
            return List.copyOf(reads);
        }

        private void addReads(
                NodeDef layer, int kernel, Set<Integer> read, List<ChannelRead> reads) {
            for (int slot = 0; slot < layer.getInputCount(); slot++) {
                var channels = dependencies.channels(TensorRef.parse(layer.getInput(slot)));
                if (slot != kernel
                        && channels.isPresent()
                        && roots(channels.get()).anyMatch(read::contains)) {
                    reads.add(new ChannelRead(layer.getName(), slot, channels.get()));
                }
            }
        }
    }
}
