package io.pitlane.training.quantization;

import io.pitlane.contract.training.Training.QuantizationSteps;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.WeightQuantization;
import io.pitlane.training.weights.GradientFlow;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;

/**
 * The fake quantizations of a model in training (quantization-aware training). Gradients pass them
 * by the straight-through estimator, steps are learned on request (Esser et al. 2020, "Learned Step
 * Size Quantization"), and weights of 8 bits keep the bound of {@link WeightQuantization}, so that
 * the model after every training step is one that can be delivered.
 *
 * <p>Zero points stay, and so do the steps of sigmoid and hyperbolic tangent, for which integer
 * kernels have one step only, and the steps of tensors before the first layer, whose range is that
 * of the images.
 */
public final class TrainableQuantizations {
    private static final Set<String> OF_ONE_STEP = Set.of("Sigmoid", "Tanh", "Softmax");

    private final FlatGraph model;
    private final Map<String, Quantization> quantizations = new LinkedHashMap<>();
    private final Map<String, LearnedStep> stepsByNode = new LinkedHashMap<>();
    private final Map<String, LearnedStep> stepsByVariable = new LinkedHashMap<>();
    private final FlatGraph differentiable;

    /**
     * Prepares a model.
     *
     * @param model float, or with fake quantizations
     * @param flow the nodes that gradients reach
     * @param steps whether steps are learned
     */
    public TrainableQuantizations(FlatGraph model, GradientFlow flow, QuantizationSteps steps) {
        this.model = model;
        for (var node : model.nodes()) {
            FakeQuantization.of(model, node).ifPresent(q -> quantizations.put(node.getName(), q));
        }
        if (steps == QuantizationSteps.LEARNED) {
            findSteps(flow.nodes());
        }
        differentiable = quantizations.isEmpty() ? model : rewrite();
    }

    private void findSteps(Set<String> reached) {
        var tied = new TiedQuantizations(model, quantizations);
        var learned = new HashSet<String>();
        var fixed = new HashSet<String>();
        var behindLayers = behindLayers();
        for (var name : quantizations.keySet()) {
            boolean isOfImages = !isWeight(name) && !behindLayers.contains(name);
            if (isOfImages || OF_ONE_STEP.contains(producer(name).getOp())) {
                fixed.add(tied.leader(name));
            } else if (reached.contains(name)) {
                learned.add(tied.leader(name));
            }
        }
        learned.removeAll(fixed);
        for (var name : quantizations.keySet()) {
            if (learned.contains(tied.leader(name))) {
                var step = step(tied.leader(name));
                stepsByNode.put(name, step);
                stepsByVariable.put(step.variable(), step);
            }
        }
    }

    /** The activations behind a layer, in contrast to those that images alone determine. */
    private Set<String> behindLayers() {
        var behind = new HashSet<String>();
        for (var node : model.nodes()) {
            if (Operations.of(node).kind() == Kind.LAYER
                    || node.getInputList().stream()
                            .anyMatch(in -> behind.contains(TensorRef.parse(in).node()))) {
                behind.add(node.getName());
            }
        }
        return behind;
    }

    private boolean isWeight(String fakeQuantization) {
        return FloatTensor.isFloatConst(producer(fakeQuantization));
    }

    private NodeDef producer(String fakeQuantization) {
        return model.input(model.node(fakeQuantization), 0);
    }

    private LearnedStep step(String leader) {
        var node = model.node(leader);
        return new LearnedStep(
                leader + "/relative_step",
                TensorRef.parse(node.getInput(0)),
                isWeight(leader),
                quantizations.get(leader));
    }

    private FlatGraph rewrite() {
        var editor = model.edit();
        stepsByVariable.forEach((name, step) -> editor.put(step.initial().toConst(name)));
        quantizations.forEach(
                (name, quantization) ->
                        new StraightThrough(model, editor, model.node(name), quantization)
                                .replace(
                                        Optional.ofNullable(stepsByNode.get(name))
                                                .map(LearnedStep::variable)));
        return editor.build();
    }

    /** The same network, in which no gradient ends at a fake quantization. */
    public FlatGraph differentiable() {
        return differentiable;
    }

    /** Names of the Consts of that network that are trained beside the weights: learned steps. */
    public Set<String> variables() {
        return stepsByVariable.keySet();
    }

    /** The gradient of such a Const, scaled as a learned step needs it. */
    public Output<TFloat32> scaled(
            Graph graph, Ops tf, String variable, Output<TFloat32> gradient) {
        return stepsByVariable.get(variable).scaled(graph, tf, gradient);
    }

    /**
     * The tensors of the differentiable network that hold the trained values, where these are not
     * the variables themselves: quantized weights by the name of their Const, and the limits of
     * learned quantizations.
     */
    public Map<String, TensorRef> trained() {
        var tensors = new LinkedHashMap<String, TensorRef>();
        for (var name : quantizations.keySet()) {
            var source = producer(name);
            if (isWeight(name) && model.uses(source.getName()).size() == 1) {
                tensors.put(source.getName(), StraightThrough.quantized(name));
            }
        }
        stepsByNode
                .keySet()
                .forEach(name -> tensors.put(limits(name), TensorRef.parse(limits(name))));
        return tensors;
    }

    private static String limits(String fakeQuantization) {
        return StraightThrough.limits(fakeQuantization).node();
    }

    /**
     * The model with trained values.
     *
     * @param values by the name of a Const of the model, or as in {@link #trained}
     */
    public FlatGraph with(Map<String, FloatTensor> values) {
        var editor = model.edit();
        values.forEach(
                (name, value) -> {
                    if (editor.has(name)) {
                        editor.put(value.toConst(name));
                    }
                });
        for (var name : stepsByNode.keySet()) {
            var before = quantizations.get(name);
            var learned =
                    new Quantization(
                            before.bits(),
                            before.signed(),
                            values.get(limits(name)).values(),
                            before.zeroPoint(),
                            before.axis());
            var tensor = TensorRef.parse(model.node(name).getInput(0));
            FakeQuantization.add(editor, name, tensor, learned);
        }
        return WeightQuantization.onGrid(editor.build());
    }
}
