package io.pitlane.training.weights;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.training.optimizer.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * The nodes of a model as they are imported for training.
 *
 * <p>1. Constants that training moves become variables under the same names. 2. Batch norms that
 * are trained normalise by the batch. 3. What follows them is there a second time, with the batch
 * norms as they were, to tell what the model would answer after training.
 */
public final class TrainableNodes {
    private static final String INFERENCE = "/pitlane_inference";
    private static final String NO_STATISTICS = "pitlane_no_statistics";

    private final FlatGraph flat;
    private final Set<String> variables;
    private final Set<String> trainedNorms = new HashSet<>();
    private final Map<String, String> inference = new HashMap<>();
    private final List<NodeDef> nodes = new ArrayList<>();

    /**
     * The nodes of a model.
     *
     * @param variables names of the Consts that training moves
     * @param trained batch norms that normalise by the batch
     */
    public TrainableNodes(FlatGraph flat, Set<String> variables, List<NodeDef> trained) {
        this.flat = flat;
        this.variables = variables;
        trained.forEach(node -> trainedNorms.add(node.getName()));
        if (!trained.isEmpty()) {
            nodes.add(new FloatTensor(new float[0], 0).toConst(NO_STATISTICS));
        }
        flat.nodes().forEach(this::add);
    }

    private void add(NodeDef node) {
        if (variables.contains(node.getName())) {
            nodes.addAll(Variable.inPlaceOf(node));
            return;
        }
        nodes.add(trainedNorms.contains(node.getName()) ? byTheBatch(node) : node);
        if (trainedNorms.contains(node.getName())
                || node.getInputList().stream().anyMatch(this::hasInference)) {
            inference.put(node.getName(), node.getName() + INFERENCE);
            nodes.add(forInference(node));
        }
    }

    // Given statistics would be taken for the beginning of a running average.
    private static NodeDef byTheBatch(NodeDef norm) {
        return norm.toBuilder()
                .setInput(BatchNorms.MEAN, NO_STATISTICS)
                .setInput(BatchNorms.VARIANCE, NO_STATISTICS)
                .putAttr("is_training", AttrValue.newBuilder().setB(true).build())
                .build();
    }

    private boolean hasInference(String input) {
        return inference.containsKey(TensorRef.parse(input).node());
    }

    private NodeDef forInference(NodeDef node) {
        var copy = node.toBuilder().setName(inference.get(node.getName())).clearInput();
        node.getInputList()
                .forEach(in -> copy.addInput(inInference(TensorRef.parse(in)).toString()));
        return copy.build();
    }

    /** The tensor that has the value of inference where {@code tensor} has that of training. */
    public TensorRef inInference(TensorRef tensor) {
        var name = inference.getOrDefault(tensor.node(), tensor.node());
        return new TensorRef(name, tensor.index());
    }

    /** Whether inference and training differ anywhere. */
    public boolean hasInference() {
        return !inference.isEmpty();
    }

    /** The nodes as TensorFlow imports them. */
    public GraphDef toGraphDef() {
        return flat.toGraphDef().toBuilder().clearNode().addAllNode(nodes).build();
    }
}
