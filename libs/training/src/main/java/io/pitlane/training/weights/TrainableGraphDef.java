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
 * The GraphDef of a model that is imported for training.
 *
 * <p>1. Constants to be trained become variables of the same names. 2. Batch norms to be trained
 * normalise with the statistics of the batch. 3. The nodes after them exist a second time, with
 * batch norm in inference mode, for the validation loss.
 */
public final class TrainableGraphDef {
    private static final String INFERENCE = "/pitlane_inference";
    private static final String NO_STATISTICS = "pitlane_no_statistics";

    private final FlatGraph model;
    private final Set<String> variables;
    private final Set<String> trainedNorms = new HashSet<>();
    private final Map<String, String> inferenceNames = new HashMap<>();
    private final List<NodeDef> nodes = new ArrayList<>();

    /**
     * Builds the nodes.
     *
     * @param variables names of the Consts to be trained
     * @param trained batch norms to be trained
     */
    public TrainableGraphDef(FlatGraph model, Set<String> variables, List<NodeDef> trained) {
        this.model = model;
        this.variables = variables;
        trained.forEach(node -> trainedNorms.add(node.getName()));
        if (!trained.isEmpty()) {
            nodes.add(new FloatTensor(new float[0], 0).toConst(NO_STATISTICS));
        }
        model.nodes().forEach(this::add);
    }

    private void add(NodeDef node) {
        if (variables.contains(node.getName())) {
            nodes.addAll(Variable.inPlaceOf(node));
            return;
        }
        nodes.add(trainedNorms.contains(node.getName()) ? batchNormalised(node) : node);
        if (trainedNorms.contains(node.getName())
                || node.getInputList().stream().anyMatch(this::hasInference)) {
            inferenceNames.put(node.getName(), node.getName() + INFERENCE);
            nodes.add(inferenceCopy(node));
        }
    }

    // Without mean and variance as inputs: TensorFlow would update a running average from them.
    private static NodeDef batchNormalised(NodeDef norm) {
        return norm.toBuilder()
                .setInput(BatchNorms.MEAN, NO_STATISTICS)
                .setInput(BatchNorms.VARIANCE, NO_STATISTICS)
                .putAttr("is_training", AttrValue.newBuilder().setB(true).build())
                .build();
    }

    private boolean hasInference(String input) {
        return inferenceNames.containsKey(TensorRef.parse(input).node());
    }

    private NodeDef inferenceCopy(NodeDef node) {
        var copy = node.toBuilder().setName(inferenceNames.get(node.getName())).clearInput();
        node.getInputList()
                .forEach(in -> copy.addInput(inferenceTensor(TensorRef.parse(in)).toString()));
        return copy.build();
    }

    /** The tensor of the inference copy that corresponds to a tensor of the training graph. */
    public TensorRef inferenceTensor(TensorRef tensor) {
        var name = inferenceNames.getOrDefault(tensor.node(), tensor.node());
        return new TensorRef(name, tensor.index());
    }

    /** Whether there is a separate copy for inference. */
    public boolean hasInference() {
        return !inferenceNames.isEmpty();
    }

    /** The graph to import. */
    public GraphDef toGraphDef() {
        return model.toGraphDef().toBuilder().clearNode().addAllNode(nodes).build();
    }
}
