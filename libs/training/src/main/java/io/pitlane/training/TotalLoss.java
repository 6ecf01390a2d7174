package io.pitlane.training;

import io.pitlane.data.batch.Batch;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.training.loss.LossContext;
import io.pitlane.training.loss.LossTerm;
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
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * The sum of all loss terms, over the tensors of the training or of the inference graph. For
 * micro-batches, each term counts with its share in the batch.
 */
final class TotalLoss implements LossContext {
    private final Graph graph;
    private final Ops tf;
    private final Map<String, Variable> variables;
    private final boolean isSplit;
    private final List<TargetFeed> placeholders = new ArrayList<>();
    private final Output<TFloat32> sum;
    private Placeholder<TFloat32> remainingShare;

    private record TargetFeed(Placeholder<?> target, Function<Batch, ? extends Tensor> source) {}

    private TotalLoss(
            Graph graph,
            Ops tf,
            List<LossTerm> terms,
            UnaryOperator<TensorRef> tensors,
            Map<String, Variable> variables,
            boolean isSplit) {
        this.graph = graph;
        this.tf = tf;
        this.variables = variables;
        this.isSplit = isSplit;
        var parts = new ArrayList<Operand<TFloat32>>();
        for (var term : terms) {
            var mean =
                    term.attach(
                            this, term.student().stream().map(tensors).map(this::find).toList());
            parts.add(isSplit ? tf.math.mul(mean, share(term)) : mean);
        }
        sum = tf.math.addN(parts).asOutput();
    }

    /**
     * The terms over the tensors of the training graph.
     *
     * @param isSplit whether batches come as micro-batches
     */
    static TotalLoss forTraining(Graph graph, Ops tf, List<LossTerm> terms, boolean isSplit) {
        return new TotalLoss(
                graph, tf, terms, UnaryOperator.identity(), new LinkedHashMap<>(), isSplit);
    }

    /** The same terms over other tensors; the terms' own variables are shared. */
    TotalLoss over(UnaryOperator<TensorRef> tensors, List<LossTerm> terms) {
        return new TotalLoss(graph, tf, terms, tensors, variables, isSplit);
    }

    private Operand<TFloat32> share(LossTerm term) {
        return placeholder(
                TFloat32.class,
                Shape.scalar(),
                batch -> TFloat32.scalarOf((float) term.share(batch)));
    }

    private Operand<TFloat32> find(TensorRef tensor) {
        return graph.operation(tensor.node()).<TFloat32>output(tensor.index());
    }

    @Override
    public Ops tf() {
        return tf;
    }

    @Override
    public <T extends TType> Operand<T> placeholder(
            Class<T> type, Shape shape, Function<Batch, T> source) {
        var target = tf.placeholder(type, Placeholder.shape(shape));
        placeholders.add(new TargetFeed(target, source));
        return target;
    }

    @Override
    public Operand<TFloat32> remainingShare() {
        if (remainingShare == null) {
            remainingShare = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
        }
        return remainingShare;
    }

    @Override
    public Operand<TFloat32> variable(String name, FloatTensor initial) {
        return variables
                .computeIfAbsent(name, n -> Variable.added(tf, "pitlane/" + n, initial))
                .value();
    }

    /** Variables that belong to the terms, not to the model. */
    List<Variable> variables() {
        return List.copyOf(variables.values());
    }

    /** The total, a scalar. */
    Output<TFloat32> sum() {
        return sum;
    }

    /**
     * Feeds the placeholders of the terms with the values for a batch.
     *
     * @param share remaining share of the training, 0..1
     * @param open receives the tensors that the caller closes after the run
     */
    void feed(Session.Runner runner, Batch batch, double share, List<Tensor> open) {
        for (var each : placeholders) {
            feed(runner, each.target(), each.source().apply(batch), open);
        }
        if (remainingShare != null) {
            feed(runner, remainingShare, TFloat32.scalarOf((float) share), open);
        }
    }

    private static void feed(
            Session.Runner runner, Placeholder<?> target, Tensor tensor, List<Tensor> open) {
        open.add(tensor);
        runner.feed(target, tensor);
    }
}
