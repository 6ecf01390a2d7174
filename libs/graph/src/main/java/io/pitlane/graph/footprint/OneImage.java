package io.pitlane.graph.footprint;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.NodeBuilder;
import java.util.Map;
import org.tensorflow.proto.NodeDef;

/**
 * A graph with a variable batch size set to one, so that every shape can be inferred.
 *
 * @param graph the graph
 * @param images the batch size: one, or that of a graph of fixed batch size
 */
record OneImage(FlatGraph graph, long images) {

    static OneImage of(FlatGraph graph, Map<String, long[]> sizes) {
        var edit = graph.edit();
        long images = 1;
        for (var input : graph.signature().inputs()) {
            var shape = input.shape();
            if (shape != null && !shape.isEmpty()) {
                images = Math.max(images, shape.get(0));
                var fixed = shape.stream().mapToLong(Long::longValue).toArray();
                fixed[0] = Math.max(fixed[0], 1);
                fill(fixed, sizes.get(input.name()));
                edit.put(placeholder(graph.node(input.tensor().node()), fixed));
            }
        }
        return new OneImage(edit.build(), images);
    }

    private static void fill(long[] shape, long[] sizes) {
        for (int i = 1; sizes != null && i < Math.min(shape.length, sizes.length); i++) {
            shape[i] = shape[i] < 0 ? sizes[i] : shape[i];
        }
    }

    private static NodeDef placeholder(NodeDef node, long[] shape) {
        return NodeBuilder.of(node.getOp(), node.getName())
                .attrsOf(node)
                .shape("shape", shape)
                .build();
    }
}
