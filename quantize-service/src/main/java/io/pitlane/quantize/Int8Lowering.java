package io.pitlane.quantize;

import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.GraphEditor;
import io.pitlane.model.graph.TensorRef;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tensorflow.proto.NodeDef;

/**
 * Rewrites a float graph for int8 kernels, in the graph's order:
 *
 * <ol>
 *   <li>A block becomes its kernel, fed with bytes: those that the layer before made, or quantized
 *       on the spot.
 *   <li>What only moves or pools bytes goes on with bytes where it gets some.
 *   <li>All else stays as it is and sees floats under the names it knows.
 * </ol>
 *
 * Float weights that nobody uses any more are gone from the result.
 */
final class Int8Lowering {
    private final FlatGraph graph;
    private final Map<TensorRef, Range> ranges;
    private final Map<String, Block> blocksByEnd;
    private final Map<TensorRef, List<Block>> blocksByInput;
    private final GraphEditor editor;
    private final Int8Tensors tensors;

    /**
     * A rewriting of {@code graph}.
     *
     * @param ranges of every block's input, summand and output
     */
    Int8Lowering(FlatGraph graph, List<Block> blocks, Map<TensorRef, Range> ranges) {
        this.graph = graph;
        this.ranges = ranges;
        this.blocksByEnd =
                blocks.stream()
                        .collect(Collectors.toMap(b -> b.output().node(), Function.identity()));
        this.blocksByInput = blocks.stream().collect(Collectors.groupingBy(Block::input));
        this.editor = graph.edit();
        this.tensors = new Int8Tensors(editor, ranges);
    }

    /** The rewritten graph, with the same signature. */
    FlatGraph lower() {
        for (var node : graph.nodes()) {
            var block = blocksByEnd.get(node.getName());
            if (block != null) {
                write(block);
            } else if (ByteRearrangement.takes(node)) {
                rearrange(node);
            }
        }
        return editor.build();
    }

    private void write(Block block) {
        float magnitude = ranges.get(block.output()).magnitude();
        if (block.convolution()) {
            var kernel = new ConvolutionKernel(editor, tensors);
            tensors.replace(block.output(), kernel.write(block, magnitude));
        } else if (feedsInt8Only(block.output())) {
            var kernel = new DenseKernel(editor, tensors);
            tensors.replace(block.output(), kernel.writeInt8(block, magnitude));
        } else {
            new DenseKernel(editor, tensors).writeFloat(block);
        }
    }

    private boolean feedsInt8Only(TensorRef tensor) {
        int int8Uses = blocksByInput.getOrDefault(tensor, List.of()).size();
        return !graph.isOutput(tensor.node()) && int8Uses == graph.uses(tensor.node()).size();
    }

    private void rearrange(NodeDef node) {
        var rearrangement = new ByteRearrangement(editor);
        tensors.made(TensorRef.parse(node.getInput(0)))
                .ifPresent(
                        bytes ->
                                tensors.replace(
                                        TensorRef.of(node.getName()),
                                        rearrangement.write(node, bytes)));
    }
}
