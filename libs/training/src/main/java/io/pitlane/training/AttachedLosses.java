package io.pitlane.training;

import io.pitlane.data.batch.Batch;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.Tensors;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.loss.TermGraph;
import io.pitlane.training.optimizer.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** The sum of all loss terms over the tensors of training, or over those of inference. */
final class AttachedLosses implements TermGraph {
    private final Graph graph;
    private final Ops tf;
    private final Map<String, Variable> variables;
    private final List<TargetFeed> feeds = new ArrayList<>();
    private final Output<TFloat32> sum;
    private Placeholder<TFloat32> remaining;

    private record TargetFeed(Placeholder<TFloat32> target, Function<Batch, FloatTensor> source) {}

    private AttachedLosses(
            Graph graph,
            Ops tf,
            List<LossTerm> terms,
            UnaryOperator<TensorRef> tensors,
            Map<String, Variable> variables) {
        this.graph = graph;
        this.tf = tf;
        this.variables = variables;
        var parts = new ArrayList<Operand<TFloat32>>();
        for (var term : terms) {
            parts.add(
                    term.attach(
                            this, term.student().stream().map(tensors).map(this::find).toList()));
        }
        sum = tf.math.addN(parts).asOutput();
    }

    /** Attaches the terms to the tensors of training. */
    static AttachedLosses forTraining(Graph graph, Ops tf, List<LossTerm> terms) {
        return new AttachedLosses(
                graph, tf, terms, UnaryOperator.identity(), new LinkedHashMap<>());
    }

    /** The same terms over other tensors, with the same variables of their own. */
    AttachedLosses at(UnaryOperator<TensorRef> tensors, List<LossTerm> terms) {
        return new AttachedLosses(graph, tf, terms, tensors, variables);
    }

    private Operand<TFloat32> find(TensorRef tensor) {
        return graph.operation(tensor.node()).<TFloat32>output(tensor.index());
    }

    @Override
    public Ops tf() {
        return tf;
    }

    @Override
    public Operand<TFloat32> fed(Shape shape, Function<Batch, FloatTensor> source) {
        var target = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
        feeds.add(new TargetFeed(target, source));
        return target;
    }

    @Override
    public Operand<TFloat32> remaining() {
        if (remaining == null) {
            remaining = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
        }
        return remaining;
    }

    @Override
    public Operand<TFloat32> variable(String name, FloatTensor initial) {
        return variables
                .computeIfAbsent(name, n -> Variable.added(tf, "pitlane/" + n, initial))
                .value();
    }

    /** The terms' own variables. */
    List<Variable> variables() {
        return List.copyOf(variables.values());
    }

    /** A scalar. */
    Output<TFloat32> sum() {
        return sum;
    }

    /**
     * Feeds what the terms want to know; {@code open} gets what is to be closed.
     *
     * @param share of the training that is still to come, 0..1
     */
    void feed(Session.Runner runner, Batch batch, double share, List<TFloat32> open) {
        for (var fed : feeds) {
            feed(runner, fed.target(), Tensors.toNative(fed.source().apply(batch)), open);
        }
        if (remaining != null) {
            feed(runner, remaining, TFloat32.scalarOf((float) share), open);
        }
    }

    private static void feed(
            Session.Runner runner,
            Placeholder<TFloat32> target,
            TFloat32 tensor,
            List<TFloat32> open) {
        open.add(tensor);
        runner.feed(target, tensor);
    }
}
