package io.pitlane.training.head;

import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * The outputs of a model before a selection, such as the raw boxes and scores before non-maximum
 * suppression. Which boxes a suppression keeps, and how many, depends on the scores, so those of
 * student and teacher do not correspond one to one; the raw ones do.
 */
final class RawOutputs {
    private final FlatGraph graph;
    private final InferredShapes shapes;
    private final Set<TensorRef> raw = new LinkedHashSet<>();
    private final Set<TensorRef> seen = new HashSet<>();

    private RawOutputs(FlatGraph graph) {
        this.graph = graph;
        this.shapes = InferredShapes.of(graph);
    }

    /** Whether no selection precedes a tensor. */
    static boolean isRaw(FlatGraph graph, TensorRef tensor) {
        return selections(graph, tensor).isEmpty();
    }

    /** The raw tensors that a tensor is selected from, as outputs named after their nodes. */
    static List<GraphSignature.Port> before(FlatGraph graph, TensorRef selected) {
        var search = new RawOutputs(graph);
        search.visit(selected);
        return search.raw.stream()
                .filter(search::isComparable)
                .map(tensor -> new GraphSignature.Port(tensor.node(), tensor, DT_FLOAT, null))
                .toList();
    }

    private void visit(TensorRef tensor) {
        if (!seen.add(tensor)) {
            return;
        }
        var node = graph.node(tensor.node());
        var selections = selections(graph, tensor);
        if (Operations.of(node).kind() == Kind.COMPARISON) {
            visit(TensorRef.parse(node.getInput(0)));
        } else if (selections.isEmpty()) {
            raw.add(tensor);
        } else {
            selections.forEach(selection -> inputs(selection).forEach(this::visit));
        }
    }

    /** The inputs that carry values: boxes and scores come first, then limits and thresholds. */
    private static List<TensorRef> inputs(NodeDef selection) {
        int count = selection.getOp().contains("NonMaxSuppression") ? 2 : 1;
        return selection.getInputList().subList(0, count).stream().map(TensorRef::parse).toList();
    }

    /** The last selections before a tensor, on every path. */
    private static List<NodeDef> selections(FlatGraph graph, TensorRef tensor) {
        var found = new ArrayList<NodeDef>();
        var seen = new HashSet<String>();
        var pending = new ArrayDeque<String>(List.of(tensor.node()));
        while (!pending.isEmpty()) {
            var node = graph.node(pending.pop());
            if (!seen.add(node.getName())) {
                continue;
            }
            if (isSelection(node)) {
                found.add(node);
            } else {
                node.getInputList().forEach(in -> pending.push(TensorRef.parse(in).node()));
            }
        }
        return found;
    }

    private static boolean isSelection(NodeDef node) {
        return Operations.of(node).kind() == Kind.SELECTION;
    }

    private boolean isComparable(TensorRef tensor) {
        var shape = shapes.of(tensor);
        var attributes = graph.node(tensor.node()).getAttrMap();
        return attributes.containsKey("T")
                && attributes.get("T").getType() == DT_FLOAT
                && !shape.isUnknown()
                && shape.numDimensions() >= 2
                && shape.get(-1) > 0;
    }
}
