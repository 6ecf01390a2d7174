package io.pitlane.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.VersionDef;

/**
 * A flat inference graph: no function calls, no variables, no control edges; every weight a Const
 * node; nodes in topological order; one signature. Immutable; {@link #edit()} makes another.
 *
 * <pre>{@code
 * var conv = graph.node("conv1/Conv2D");
 * var filter = FloatTensor.of(graph.node(TensorRef.parse(conv.getInput(1)).node()));
 * var edited = graph.edit().put(filter.map(v -> 0f).toConst("conv1/kernel")).build();
 * }</pre>
 */
public final class FlatGraph {
    private final Map<String, NodeDef> nodes;
    private final Map<String, List<Use>> uses;
    private final GraphSignature signature;
    private final VersionDef versions;

    /**
     * One use of a tensor.
     *
     * @param consumer the node that uses it
     * @param slot which of the consumer's inputs it is, from 0
     */
    public record Use(NodeDef consumer, int slot) {}

    /**
     * A graph of these nodes.
     *
     * @throws IllegalArgumentException when two nodes have one name, a node comes before one of its
     *     inputs, or the signature names a node that is not there
     */
    FlatGraph(List<NodeDef> ordered, GraphSignature signature, VersionDef versions) {
        this.nodes = new LinkedHashMap<>();
        this.uses = new HashMap<>();
        this.signature = signature;
        this.versions = versions;
        for (var node : ordered) {
            for (int slot = 0; slot < node.getInputCount(); slot++) {
                var source = TensorRef.parse(node.getInput(slot)).node();
                if (!nodes.containsKey(source)) {
                    throw new IllegalArgumentException(
                            node.getName() + " comes before its input " + source);
                }
                uses.computeIfAbsent(source, s -> new ArrayList<>()).add(new Use(node, slot));
            }
            if (nodes.put(node.getName(), node) != null) {
                throw new IllegalArgumentException("two nodes are named " + node.getName());
            }
        }
        signature.inputs().forEach(port -> node(port.tensor().node()));
        signature.outputs().forEach(port -> node(port.tensor().node()));
    }

    /** Every node, each after its inputs. */
    public List<NodeDef> nodes() {
        return List.copyOf(nodes.values());
    }

    /**
     * The node of this name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public NodeDef node(String name) {
        return find(name)
                .orElseThrow(() -> new IllegalArgumentException("no node is named " + name));
    }

    /** The node of this name, if there is one. */
    public Optional<NodeDef> find(String name) {
        return Optional.ofNullable(nodes.get(name));
    }

    /** The node whose output is input {@code slot} of {@code node}. */
    public NodeDef input(NodeDef node, int slot) {
        return node(TensorRef.parse(node.getInput(slot)).node());
    }

    /** Where any output of this node is used inside the graph; the signature does not count. */
    public List<Use> uses(String node) {
        return uses.getOrDefault(node, List.of());
    }

    /** Where this one output is used inside the graph; the signature does not count. */
    public List<Use> uses(TensorRef tensor) {
        return uses(tensor.node()).stream()
                .filter(use -> TensorRef.parse(use.consumer().getInput(use.slot())).equals(tensor))
                .toList();
    }

    /** The only consumer of a node; empty when it has several, or is an output of the graph. */
    public Optional<NodeDef> onlyConsumer(String node) {
        var uses = uses(node);
        return uses.size() == 1 && !isOutput(node)
                ? Optional.of(uses.get(0).consumer())
                : Optional.empty();
    }

    /** Whether an output of this node is one of the signature's outputs. */
    public boolean isOutput(String node) {
        return signature.outputs().stream().anyMatch(port -> port.tensor().node().equals(node));
    }

    public GraphSignature signature() {
        return signature;
    }

    /** The graph as the proto that TensorFlow imports. */
    public GraphDef toGraphDef() {
        return GraphDef.newBuilder().addAllNode(nodes.values()).setVersions(versions).build();
    }

    /** An editor that starts from this graph. */
    public GraphEditor edit() {
        return new GraphEditor(nodes, signature, versions);
    }
}
