package io.pitlane.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.VersionDef;

/**
 * Collects changes to a graph and builds the changed one: nodes that no output needs any more are
 * dropped (inputs stay), and the rest is put in topological order.
 *
 * <p>Not thread-safe.
 */
public final class GraphEditor {
    private final Map<String, NodeDef> nodes;
    private final VersionDef versions;
    private GraphSignature signature;

    GraphEditor(Map<String, NodeDef> nodes, GraphSignature signature, VersionDef versions) {
        this.nodes = new LinkedHashMap<>(nodes);
        this.signature = signature;
        this.versions = versions;
    }

    /** An editor that starts from these nodes, in any order. */
    public static GraphEditor of(
            Collection<NodeDef> nodes, GraphSignature signature, VersionDef versions) {
        var byName = new LinkedHashMap<String, NodeDef>();
        nodes.forEach(node -> byName.put(node.getName(), node));
        return new GraphEditor(byName, signature, versions);
    }

    /** Adds a node, or replaces the one of the same name. */
    public GraphEditor put(NodeDef node) {
        nodes.put(node.getName(), node);
        return this;
    }

    /** Whether the graph, as edited so far, has a node of this name. */
    public boolean has(String name) {
        return nodes.containsKey(name);
    }

    /** The node of this name as edited so far; null when there is none. */
    public NodeDef node(String name) {
        return nodes.get(name);
    }

    /** A name not taken yet: {@code wanted}, or {@code wanted_1} and so on. */
    public String freshName(String wanted) {
        var name = wanted;
        for (int i = 1; nodes.containsKey(name); i++) {
            name = wanted + "_" + i;
        }
        return name;
    }

    /** Replaces every use of {@code from}, in the signature's outputs too, by {@code to}. */
    public GraphEditor redirect(TensorRef from, TensorRef to) {
        for (var node : List.copyOf(nodes.values())) {
            for (int slot = 0; slot < node.getInputCount(); slot++) {
                if (TensorRef.parse(node.getInput(slot)).equals(from)) {
                    setInput(node.getName(), slot, to);
                }
            }
        }
        return outputs(
                signature.outputs().stream()
                        .map(port -> port.tensor().equals(from) ? port.at(to) : port)
                        .toList());
    }

    /** Replaces one input of a node by another tensor. */
    public GraphEditor setInput(String node, int slot, TensorRef to) {
        return put(nodes.get(node).toBuilder().setInput(slot, to.toString()).build());
    }

    /** Replaces the signature's inputs. */
    public GraphEditor inputs(List<GraphSignature.Port> inputs) {
        signature = new GraphSignature(signature.key(), inputs, signature.outputs());
        return this;
    }

    /** Replaces the signature's outputs. */
    public GraphEditor outputs(List<GraphSignature.Port> outputs) {
        signature = new GraphSignature(signature.key(), signature.inputs(), outputs);
        return this;
    }

    /**
     * The graph as edited.
     *
     * @throws IllegalArgumentException when a node uses one that is not there, or the graph has a
     *     cycle
     */
    public FlatGraph build() {
        var order = new TopologicalOrder();
        signature.inputs().forEach(port -> order.visit(port.tensor().node()));
        signature.outputs().forEach(port -> order.visit(port.tensor().node()));
        return new FlatGraph(order.ordered, signature, versions);
    }

    /** Depth-first from what is needed; iterative, for graphs deeper than the stack. */
    private final class TopologicalOrder {
        private final List<NodeDef> ordered = new ArrayList<>();
        private final Set<String> done = new HashSet<>();
        private final Set<String> open = new HashSet<>();

        void visit(String root) {
            var pending = new ArrayDeque<String>(List.of(root));
            while (!pending.isEmpty()) {
                var name = pending.peek();
                if (done.contains(name)) {
                    pending.pop();
                } else if (open.add(name)) {
                    pushInputs(name, pending);
                } else {
                    pending.pop();
                    open.remove(name);
                    done.add(name);
                    ordered.add(nodes.get(name));
                }
            }
        }

        private void pushInputs(String name, ArrayDeque<String> pending) {
            var node = nodes.get(name);
            if (node == null) {
                throw new IllegalArgumentException("no node is named " + name);
            }
            for (int slot = node.getInputCount() - 1; slot >= 0; slot--) {
                var source = TensorRef.parse(node.getInput(slot)).node();
                if (open.contains(source)) {
                    throw new IllegalArgumentException("a cycle runs through " + source);
                }
                if (!done.contains(source)) {
                    pending.push(source);
                }
            }
        }
    }
}
