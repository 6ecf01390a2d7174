package io.pitlane.graph.savedmodel.inlining;

import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Replaces function calls by the bodies of the functions, starting from a signature's outputs, so
 * that one level of nodes remains.
 *
 * <ol>
 *   <li>The inputs of the signature become placeholders.
 *   <li>{@link FunctionBody} writes the nodes of the main graph, and of each function called.
 *   <li>{@link FunctionCall} resolves which function a node calls, {@link LoopUnrolling} unrolls
 *       loops.
 * </ol>
 *
 * <p>A body's nodes are named by the path of the calls that lead to them, without the segments that
 * only mark a call: {@code model/conv1/Conv2D}.
 */
public final class FunctionInliner {
    private final GraphDef graph;
    private final InlinedNodes flat;

    private FunctionInliner(GraphDef graph) {
        this.graph = graph;
        this.flat = new InlinedNodes(graph);
    }

    /**
     * The nodes that the signature's outputs need, each after its inputs. Inputs of the signature
     * are placeholders; control edges remain only where branches merge.
     *
     * @throws io.pitlane.contract.failure.FailureException of kind INVALID_INPUT when the model's
     *     functions cannot be inlined
     */
    public static InlinedGraph inline(GraphDef graph, GraphSignature signature) {
        return new FunctionInliner(graph).inline(signature);
    }

    private InlinedGraph inline(GraphSignature signature) {
        var given = new HashMap<String, TensorRef>();
        var inputs = new ArrayList<GraphSignature.Port>();
        for (var port : signature.inputs()) {
            var placeholder = placeholder(port);
            flat.add(placeholder);
            inputs.add(port.at(TensorRef.of(placeholder.getName())));
            given.put(port.tensor().toString(), TensorRef.of(placeholder.getName()));
        }
        var main =
                new FunctionBody(
                        new FunctionLibrary(graph),
                        flat,
                        graph.getNodeList(),
                        new AttributeBindings(Map.of()),
                        given,
                        CallPath.MAIN);
        var results = signature.outputs().stream().map(port -> port.tensor().toString()).toList();
        var tensors = main.emit(results);
        var outputs = new ArrayList<GraphSignature.Port>();
        for (int i = 0; i < tensors.size(); i++) {
            outputs.add(signature.outputs().get(i).at(tensors.get(i)));
        }
        return new InlinedGraph(
                flat.byName(),
                new GraphSignature(signature.key(), inputs, outputs),
                flat.assigned());
    }

    private NodeDef placeholder(GraphSignature.Port port) {
        var node = port.tensor().node();
        var name = port.tensor().index() == 0 ? node : flat.freshName(node);
        var placeholder = NodeBuilder.of("Placeholder", name).type("dtype", port.dtype());
        if (port.shape() != null) {
            placeholder.shape("shape", port.shape().stream().mapToLong(Long::longValue).toArray());
        }
        return placeholder.build();
    }
}
