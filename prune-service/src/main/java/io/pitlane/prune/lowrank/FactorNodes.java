package io.pitlane.prune.lowrank;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.NodeBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.tensorflow.proto.NodeDef;

/**
 * Writes the factors of a layer as nodes: ordinary convolutions or matrix products, one after the
 * other. The last one has the name of the layer. Each axis of pixels gets the layer's stride,
 * dilation and padding from one of the factors.
 */
final class FactorNodes {
    private static final List<Long> ONES = List.of(1L, 1L, 1L, 1L);

    private FactorNodes() {}

    /**
     * The nodes, with their kernels.
     *
     * @param freshName makes a name that no other node has
     */
    static List<NodeDef> of(
            FactorizableLayer layer, Factors factors, UnaryOperator<String> freshName) {
        var nodes = new ArrayList<NodeDef>();
        var input = layer.node().getInput(0);
        int last = factors.shapes().size() - 1;
        for (int i = 0; i <= last; i++) {
            var number = "/factor" + (i + 1);
            var name = i == last ? layer.name() : freshName.apply(layer.name() + number);
            var kernel = freshName.apply(layer.name() + number + "/kernel");
            var shape = factors.shapes().get(i);
            var values = factors.kernels().get(i);
            if (layer.isConvolution()) {
                nodes.add(values.toConst(kernel));
                nodes.add(convolution(layer.node(), shape, name, input, kernel));
            } else {
                var matrix = Matrix.of(values, shape.inputs(), shape.outputs());
                nodes.add(matrix.toTensor(shape.inputs(), shape.outputs()).toConst(kernel));
                nodes.add(product(layer.node(), name, input, kernel));
            }
            input = name;
        }
        return nodes;
    }

    private static NodeDef product(NodeDef layer, String name, String input, String kernel) {
        return NodeBuilder.of(layer.getOp(), name)
                .input(input)
                .input(kernel)
                .attrsOf(layer)
                .bool("transpose_b", false)
                .build();
    }

    private static NodeDef convolution(
            NodeDef layer, FactorShape shape, String name, String input, String kernel) {
        var attributes = Attributes.of(layer);
        var node = NodeBuilder.of(layer.getOp(), name).input(input).input(kernel).attrsOf(layer);
        node.ints("strides", ofAxes(shape, attributes.ints("strides", ONES)));
        var dilations = attributes.ints("dilations", List.of());
        node.ints("dilations", ofAxes(shape, dilations.isEmpty() ? ONES : dilations));
        var paddings = attributes.ints("explicit_paddings", List.of());
        if (!paddings.isEmpty()) {
            node.ints("explicit_paddings", paddings(shape, paddings));
        }
        return node.build();
    }

    private static long[] ofAxes(FactorShape shape, List<Long> values) {
        return new long[] {
            1, shape.vertical() ? values.get(1) : 1, shape.horizontal() ? values.get(2) : 1, 1
        };
    }

    private static long[] paddings(FactorShape shape, List<Long> paddings) {
        return new long[] {
            0,
            0,
            shape.vertical() ? paddings.get(2) : 0,
            shape.vertical() ? paddings.get(3) : 0,
            shape.horizontal() ? paddings.get(4) : 0,
            shape.horizontal() ? paddings.get(5) : 0,
            0,
            0
        };
    }
}
