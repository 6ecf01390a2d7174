package io.pitlane.graph.pass;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Turns the sum of several float32 tensors, AddN, into a chain of sums of two, which engines have
 * kernels for integers for: {@code ((a + b) + c) + d}. The last one keeps the name.
 */
public final class SumSplitting {

    /** An equivalent graph without such sums; the same object where there are none. */
    public FlatGraph apply(FlatGraph graph) {
        var sums =
                graph.nodes().stream()
                        .filter(node -> node.getOp().equals("AddN"))
                        .filter(node -> node.getInputCount() > 1)
                        .filter(node -> node.getAttrOrThrow("T").getType() == DataType.DT_FLOAT)
                        .toList();
        if (sums.isEmpty()) {
            return graph;
        }
        var edit = graph.edit();
        sums.forEach(sum -> split(sum, edit));
        return edit.build();
    }

    private static void split(NodeDef sum, GraphEditor edit) {
        var total = TensorRef.parse(sum.getInput(0));
        int last = sum.getInputCount() - 1;
        for (int slot = 1; slot <= last; slot++) {
            var name =
                    slot == last ? sum.getName() : edit.freshName(sum.getName() + "/sum_" + slot);
            edit.put(
                    NodeBuilder.of("AddV2", name)
                            .input(total)
                            .input(TensorRef.parse(sum.getInput(slot)))
                            .type("T", DataType.DT_FLOAT)
                            .build());
            total = TensorRef.of(name);
        }
    }
}
