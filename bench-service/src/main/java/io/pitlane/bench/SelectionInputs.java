package io.pitlane.bench;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.operation.RegisteredOps;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * What a graph selects from, such as the scores and boxes before non-maximum suppression. The
 * rounding of int8 may change which values are selected, how many, and their order, so that outputs
 * behind a selection cannot be compared value by value; what they are selected from can.
 */
final class SelectionInputs {
    private final FlatGraph graph;
    private final Set<String> selected = new HashSet<>();
    private final Set<TensorRef> inputs = new LinkedHashSet<>();

    private SelectionInputs(FlatGraph graph) {
        this.graph = graph;
        for (var node : graph.nodes()) {
            boolean isBehind = sources(node).stream().anyMatch(t -> selected.contains(t.node()));
            if (!isBehind && Operations.of(node).kind() == Kind.SELECTION) {
                sources(node).forEach(this::addFloats);
                selected.add(node.getName());
            } else if (isBehind) {
                selected.add(node.getName());
            }
        }
    }

    /** The outputs that depend on a selection. */
    static Set<String> outputsBehind(FlatGraph graph) {
        var names = new HashSet<String>();
        var found = new SelectionInputs(graph);
        for (var port : graph.signature().outputs()) {
            if (found.selected.contains(port.tensor().node())) {
                names.add(port.name());
            }
        }
        return names;
    }

    /** The graph with what it selects from as outputs; empty where it selects nothing. */
    static Optional<FlatGraph> asOutputs(FlatGraph graph) {
        var ports = new ArrayList<Port>();
        for (var tensor : new SelectionInputs(graph).inputs) {
            ports.add(new Port("from/" + ports.size(), tensor, DataType.DT_FLOAT, null));
        }
        return ports.isEmpty()
                ? Optional.empty()
                : Optional.of(graph.edit().outputs(ports).build());
    }

    private static List<TensorRef> sources(NodeDef node) {
        return node.getInputList().stream().map(TensorRef::parse).toList();
    }

    /** A condition or an index stands for the floats that it is computed from. */
    private void addFloats(TensorRef tensor) {
        var node = graph.node(tensor.node());
        if (node.getOp().equals("Const") || node.getOp().equals("Placeholder")) {
            return;
        }
        if (RegisteredOps.outputTypes(node).get(tensor.index()) == DataType.DT_FLOAT) {
            inputs.add(tensor);
        } else {
            sources(node).forEach(this::addFloats);
        }
    }
}
