package io.pitlane.model.train;

import static io.pitlane.contract.FailureException.invalidInput;

import io.pitlane.model.data.Batch;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.runtime.TensorFlowRuntime;
import io.pitlane.model.runtime.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/**
 * A flat graph made trainable: its weights are variables, and loss, gradients and updates are
 * attached. The graph does not grow while it trains.
 *
 * <p>Not thread-safe; close it, for it holds native memory.
 */
final class TrainingGraph implements AutoCloseable {
    private final String input;
    private final List<AttachedTerm> terms = new ArrayList<>();
    private final List<Variable> weights;
    private final Output<TFloat32> loss;
    private final List<Output<TFloat32>> gradients;
    private final Adam adam;
    private final Graph graph = new Graph();
    private final Session session;

    private record AttachedTerm(LossTerm term, Placeholder<TFloat32> target, int width) {}

    /**
     * Builds the graph and starts from the weights' present values.
     *
     * @param masks 0/1 by the name of the weight's Const
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when the model has no weight to
     *     train, several inputs, or an op without gradient
     */
    TrainingGraph(FlatGraph flat, List<LossTerm> losses, Map<String, FloatTensor> masks) {
        var config = TensorFlowRuntime.sessionConfig();
        try {
            input = onlyInput(flat);
            var names = trainable(flat, losses);
            graph.importGraphDef(withVariables(flat, Set.copyOf(names)));
            var tf = Ops.create(graph).withSubScope("pitlane_training");
            weights = names.stream().map(name -> Variable.in(graph, flat, name)).toList();
            loss = attach(tf, losses);
            gradients = differentiate();
            adam = new Adam(tf, weights, gradients, masks);
            session = new Session(graph, config);
            adam.start(session);
            assignInitial(tf, masks);
        } catch (RuntimeException e) {
            graph.close();
            throw e;
        }
    }

    private static String onlyInput(FlatGraph flat) {
        var inputs = flat.signature().inputs();
        if (inputs.size() != 1) {
            throw invalidInput(
                    "The model has %d inputs, %s, and fine-tuning works with one."
                            .formatted(
                                    inputs.size(), inputs.stream().map(in -> in.name()).toList()),
                    "Set fineTune.epochs to 0.");
        }
        return inputs.get(0).tensor().withIndex();
    }

    private static List<String> trainable(FlatGraph flat, List<LossTerm> losses) {
        var names = TrainableWeights.of(flat, losses.stream().map(LossTerm::head).toList());
        if (names.isEmpty()) {
            throw invalidInput(
                    "The model has no float32 weights to train.", "Set fineTune.epochs to 0.");
        }
        return names;
    }

    private static GraphDef withVariables(FlatGraph flat, Set<String> names) {
        var all = flat.toGraphDef();
        var changed = all.toBuilder().clearNode();
        for (var node : all.getNodeList()) {
            if (names.contains(node.getName())) {
                changed.addAllNode(Variable.inPlaceOf(node));
            } else {
                changed.addNode(node);
            }
        }
        return changed.build();
    }

    private Output<TFloat32> attach(Ops tf, List<LossTerm> losses) {
        var parts = new ArrayList<Operand<TFloat32>>();
        for (var term : losses) {
            var tensor = term.head().tensor();
            Output<TFloat32> output = graph.operation(tensor.node()).output(tensor.index());
            int width = lastDimension(output, term.head());
            var target = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, width)));
            var rows = tf.reshape(output, tf.constant(new int[] {-1, width}));
            parts.add(term.attach(tf, rows, target));
            terms.add(new AttachedTerm(term, target, width));
        }
        return tf.math.addN(parts).asOutput();
    }

    private static int lastDimension(Output<TFloat32> output, Head head) {
        var shape = output.shape();
        if (shape.isUnknown() || shape.numDimensions() < 2 || shape.get(-1) < 1) {
            throw invalidInput(
                    "The output '%s' has the shape %s, which does not say how many values it has."
                            .formatted(head.output(), shape),
                    "Export the model with a known number of outputs.");
        }
        return Math.toIntExact(shape.get(-1));
    }

    private List<Output<TFloat32>> differentiate() {
        try {
            var values = weights.stream().map(Variable::value).toArray(Output<?>[]::new);
            var found = new ArrayList<Output<TFloat32>>();
            for (var gradient : graph.addGradients(loss, values)) {
                found.add(gradient.expect(TFloat32.class));
            }
            return found;
        } catch (RuntimeException e) {
            throw invalidInput(
                    "The model cannot be trained (%s).".formatted(firstLine(e)),
                    "Set fineTune.epochs to 0.");
        }
    }

    private static String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
    }

    private void assignInitial(Ops tf, Map<String, FloatTensor> masks) {
        var value = tf.placeholder(TFloat32.class);
        for (var weight : weights) {
            var assign = tf.assignVariableOp(weight.handle(), value);
            var mask = masks.get(weight.name());
            var start = mask == null ? weight.initial() : masked(weight.initial(), mask);
            try (var fed = Tensors.toNative(start)) {
                session.runner().feed(value, fed).addTarget(assign).run().close();
            }
        }
    }

    private static FloatTensor masked(FloatTensor weight, FloatTensor mask) {
        var values = weight.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] *= mask.values()[i];
        }
        return new FloatTensor(values, weight.shape());
    }

    /** Learns from a batch; returns its loss before the step. */
    float step(Batch batch, float learningRate) {
        return fed(batch, runner -> adam.step(runner.fetch(loss), learningRate));
    }

    /** The loss of a batch, learning nothing. */
    float loss(Batch batch) {
        return fed(
                batch,
                runner -> {
                    try (var result = runner.fetch(loss).run()) {
                        return ((TFloat32) result.get(0)).getFloat();
                    }
                });
    }

    /** How the loss of a batch changes with each weight, by the name of the weight's Const. */
    Map<String, FloatTensor> gradients(Batch batch) {
        return fed(batch, runner -> fetch(runner, gradients));
    }

    private <T> T fed(Batch batch, Function<Session.Runner, T> work) {
        var open = new ArrayList<TFloat32>();
        try {
            var runner = session.runner();
            open.add(Tensors.toNative(batch.images()));
            runner.feed(input, open.get(0));
            for (var attached : terms) {
                var target = Tensors.toNative(attached.term().targets(batch, attached.width()));
                open.add(target);
                runner.feed(attached.target(), target);
            }
            return work.apply(runner);
        } finally {
            open.forEach(TFloat32::close);
        }
    }

    /** The present values, by the name of the weight's Const. */
    Map<String, FloatTensor> weights() {
        return fetch(session.runner(), weights.stream().map(Variable::value).toList());
    }

    private Map<String, FloatTensor> fetch(
            Session.Runner runner, List<Output<TFloat32>> onePerWeight) {
        onePerWeight.forEach(runner::fetch);
        try (var result = runner.run()) {
            var values = new LinkedHashMap<String, FloatTensor>();
            for (int i = 0; i < weights.size(); i++) {
                values.put(weights.get(i).name(), Tensors.toJava(result.get(i)));
            }
            return values;
        }
    }

    @Override
    public void close() {
        session.close();
        graph.close();
    }
}
