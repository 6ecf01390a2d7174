package io.pitlane.quantize;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the passes that measure a layer may begin: before its first quantizer. What is in front of
 * the cut is the same in every pass that measures the layer or one behind it.
 */
final class PrefixCuts {
    /** As many layers begin at the same cut: a cut is a pass of its own. */
    private static final int LAYERS_OF_A_CUT = 3;

    private final SwitchableGraph switchable;
    private final FlatGraph graph;
    private final Set<String> ofImages = new HashSet<>();
    private final Map<String, Integer> cuts = new HashMap<>();

    /**
     * The cuts of a graph.
     *
     * @param images the input of the images
     */
    PrefixCuts(SwitchableGraph switchable, TensorRef images) {
        this.switchable = switchable;
        this.graph = switchable.graph();
        ofImages.add(images.node());
        for (var node : graph.nodes()) {
            if (node.getInputList().stream()
                    .anyMatch(input -> ofImages.contains(TensorRef.parse(input).node()))) {
                ofImages.add(node.getName());
            }
        }
        cut(switchable.layers());
    }

    private void cut(List<SwitchableGraph.Layer> layers) {
        var positions = new HashMap<String, Integer>();
        graph.nodes().forEach(node -> positions.put(node.getName(), positions.size()));
        var first = new int[layers.size()];
        int least =
                graph.signature().outputs().stream()
                        .mapToInt(port -> positions.get(port.tensor().node()))
                        .min()
                        .orElse(0);
        for (int i = layers.size() - 1; i >= 0; i--) {
            least = Math.min(least, positions.get(layers.get(i).name()));
            for (var quantizer : layers.get(i).activations()) {
                least = Math.min(least, positions.get(quantizer));
            }
            first[i] = least;
        }
        for (int i = 0; i < first.length; i++) {
            cuts.put(layers.get(i).name(), first[i - i % LAYERS_OF_A_CUT]);
        }
    }

    /** The position of the node in front of which the graph is cut for a layer. */
    int of(SwitchableGraph.Layer layer) {
        return cuts.get(layer.name());
    }

    /** The tensors that depend on the images and cross a cut. */
    List<TensorRef> crossing(int cut) {
        var before = new HashSet<String>();
        graph.nodes().subList(0, cut).forEach(node -> before.add(node.getName()));
        return graph.nodes().subList(cut, graph.nodes().size()).stream()
                .flatMap(node -> node.getInputList().stream())
                .map(TensorRef::parse)
                .filter(tensor -> before.contains(tensor.node()))
                .filter(tensor -> ofImages.contains(tensor.node()))
                .map(switchable::unswitched)
                .filter(tensor -> !isInput(tensor))
                .distinct()
                .toList();
    }

    private boolean isInput(TensorRef tensor) {
        return graph.signature().inputs().stream().anyMatch(p -> p.tensor().equals(tensor));
    }
}
