package io.pitlane.training;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.training.Training;
import io.pitlane.data.batch.Batch;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.InputTensors;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.optimizer.RunningAverage;
import io.pitlane.training.optimizer.Updates;
import io.pitlane.training.optimizer.Variable;
import io.pitlane.training.optimizer.VariableStore;
import io.pitlane.training.weights.TrainableNodes;
import io.pitlane.training.weights.Trainables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A flat graph made trainable: its weights are variables, and loss, gradients and updates are
 * attached. The graph does not grow while it trains.
 *
 * <p>Not thread-safe; close it, for it holds native memory.
 */
public final class TrainingGraph implements AutoCloseable {
    private final FlatGraph flat;
    private final ModelInputs feeds;
    private final List<String> notes;
    private final List<Variable> weights;
    private final List<Variable> statistics;
    private final AttachedLosses training;
    private final AttachedLosses inference;
    private final List<Output<TFloat32>> gradients;
    private final Updates updates;
    private final Graph graph = new Graph();
    private final Session session;
    private final VariableStore store;

    /** What a step met: the loss before it, and the L2 norm of all gradients. */
    public record Step(float loss, float gradientNorm) {

        /** Whether the weights after it can be trusted. */
        boolean isFinite() {
            return Float.isFinite(loss) && Float.isFinite(gradientNorm);
        }

        /** What is not finite, for people. */
        String describe() {
            return Float.isFinite(loss) ? "a gradient is no finite number" : "the loss is " + loss;
        }
    }

    /**
     * Builds the graph and starts from the weights' present values.
     *
     * @param input how an image becomes the model's input
     * @param masks 0/1 by the name of the weight's Const
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the model has no
     *     weight to train, or an op without gradient
     */
    public TrainingGraph(
            FlatGraph flat,
            InputSpec input,
            List<LossTerm> terms,
            Training options,
            Map<String, FloatTensor> masks) {
        var config = TensorFlowRuntime.sessionConfig();
        try {
            this.flat = flat;
            feeds = ModelInputs.of(flat.signature(), input);
            var tensors = terms.stream().flatMap(term -> term.student().stream()).toList();
            var moved = Trainables.of(flat, tensors, options.batchNorm());
            notes = moved.notes();
            var nodes =
                    new TrainableNodes(
                            GroupedGradients.differentiable(flat), moved.names(), moved.norms());
            graph.importGraphDef(nodes.toGraphDef());
            var tf = Ops.create(graph).withSubScope("pitlane_training");
            weights = moved.weights().stream().map(weight -> weight(weight.name(), masks)).toList();
            statistics = moved.statistics().keySet().stream().map(this::variable).toList();
            training = AttachedLosses.forTraining(graph, tf, terms);
            inference = nodes.hasInference() ? training.at(nodes::inInference, terms) : training;
            var withGradient = concat(weights, training.variables());
            gradients = differentiate(withGradient);
            updates =
                    new Updates(
                            tf,
                            options.optimizer(),
                            withGradient,
                            weight -> moved.decays(weight.name()) || isOwnKernel(weight),
                            gradients,
                            masks,
                            averages(moved));
            session = new Session(graph, config);
            store =
                    open(
                            session,
                            tf,
                            concat(concat(withGradient, statistics), updates.accumulators()));
        } catch (RuntimeException e) {
            graph.close();
            throw e;
        }
    }

    /** Closing the graph would wait for ever for a session left open. */
    private static VariableStore open(Session session, Ops tf, List<Variable> variables) {
        try {
            return new VariableStore(session, tf, variables);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** What of the model stays as it is, and why. */
    List<String> notes() {
        return notes;
    }

    private Variable variable(String name) {
        return Variable.in(graph, flat.node(name));
    }

    private Variable weight(String name, Map<String, FloatTensor> masks) {
        var weight = variable(name);
        var mask = masks.get(name);
        return mask == null ? weight : weight.startingAt(masked(weight.initial(), mask));
    }

    private static FloatTensor masked(FloatTensor weight, FloatTensor mask) {
        var values = weight.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] *= mask.values()[i];
        }
        return new FloatTensor(values, weight.shape());
    }

    private boolean isOwnKernel(Variable weight) {
        return training.variables().contains(weight) && weight.initial().rank() > 1;
    }

    private static List<Variable> concat(List<Variable> some, List<Variable> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private List<Output<TFloat32>> differentiate(List<Variable> moved) {
        try {
            var values = moved.stream().map(Variable::value).toArray(Output<?>[]::new);
            var found = new ArrayList<Output<TFloat32>>();
            for (var gradient : graph.addGradients(training.sum(), values)) {
                found.add(gradient.expect(TFloat32.class));
            }
            return found;
        } catch (RuntimeException e) {
            throw invalidInput(
                    "The model cannot be trained (%s).".formatted(firstLine(e)),
                    "Set the epochs to 0.");
        }
    }

    private static String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
    }

    private List<RunningAverage> averages(Trainables moved) {
        return statistics.stream()
                .map(
                        statistic -> {
                            var ofBatch = new ArrayList<Operand<TFloat32>>();
                            for (var tensor : moved.statistics().get(statistic.name())) {
                                ofBatch.add(graph.operation(tensor.node()).output(tensor.index()));
                            }
                            return new RunningAverage(statistic, ofBatch);
                        })
                .toList();
    }

    /**
     * Learns from a batch.
     *
     * @param number of the step, from 0
     * @param remaining share of the training that is still to come, 0..1
     */
    public Step step(Batch batch, double learningRate, long number, double remaining) {
        return fed(
                training,
                batch,
                remaining,
                runner -> {
                    runner.fetch(training.sum()).fetch(updates.norm());
                    float[] met = updates.run(runner, (float) learningRate, number + 1);
                    return new Step(met[0], met[1]);
                });
    }

    /** The loss of a batch as the model would answer after training. */
    public float loss(Batch batch) {
        return fed(
                inference,
                batch,
                0,
                runner -> {
                    try (var result = runner.fetch(inference.sum()).run()) {
                        return ((TFloat32) result.get(0)).getFloat();
                    }
                });
    }

    /** How the loss of a batch changes with each weight, by the name of the weight's Const. */
    public Map<String, FloatTensor> gradients(Batch batch) {
        var names = concat(weights, training.variables()).stream().map(Variable::name).toList();
        return fed(training, batch, 1, runner -> VariableStore.fetch(runner, names, gradients));
    }

    private <T> T fed(
            AttachedLosses losses,
            Batch batch,
            double remaining,
            Function<Session.Runner, T> work) {
        var open = new ArrayList<TFloat32>();
        try (var inputs = InputTensors.of(feeds, batch.images())) {
            var runner = session.runner();
            inputs.into(runner);
            losses.feed(runner, batch, remaining, open);
            return work.apply(runner);
        } finally {
            open.forEach(TFloat32::close);
        }
    }

    /** The values of everything that training changes, by name. */
    Map<String, FloatTensor> variables() {
        return store.readAll();
    }

    /** Gives all of them other values, by name. */
    void restore(Map<String, FloatTensor> values) {
        store.write(values);
    }

    /** The present values of the model's constants, by name. */
    public Map<String, FloatTensor> constants() {
        return store.read(concat(weights, statistics).stream().map(Variable::name).toList());
    }

    /** The model with other values for its constants. */
    FlatGraph with(Map<String, FloatTensor> constants) {
        var edit = flat.edit();
        constants.forEach((name, value) -> edit.put(value.toConst(name)));
        return edit.build();
    }

    @Override
    public void close() {
        session.close();
        graph.close();
    }
}
