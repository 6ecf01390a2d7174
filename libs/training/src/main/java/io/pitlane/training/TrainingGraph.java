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
import io.pitlane.training.optimizer.GradientAccumulation;
import io.pitlane.training.optimizer.OptimizerStep;
import io.pitlane.training.optimizer.RunningAverage;
import io.pitlane.training.optimizer.Variable;
import io.pitlane.training.optimizer.VariableStore;
import io.pitlane.training.quantization.CodeOptions;
import io.pitlane.training.quantization.CodedWeights;
import io.pitlane.training.quantization.TrainableQuantizations;
import io.pitlane.training.weights.GradientFlow;
import io.pitlane.training.weights.MaskSchedule;
import io.pitlane.training.weights.SparsityMasks;
import io.pitlane.training.weights.TrainableGraphDef;
import io.pitlane.training.weights.TrainableParameters;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A flat graph with what training needs: weights as variables, loss, gradients and optimizer. No
 * nodes are added after construction.
 *
 * <p>Not thread-safe. Holds native memory: close it.
 */
public final class TrainingGraph implements AutoCloseable {
    private static final String LOSS = "pitlane_training/loss";
    private static final String NORM = "pitlane_training/norm";

    private final FlatGraph model;
    private final ModelInputs inputs;
    private final List<String> notes;
    private final TrainableQuantizations quantizations;
    private final CodedWeights coded;
    private final FlatGraph differentiable;
    private final List<Variable> weights;
    private final List<Variable> steps;
    private final List<Variable> statistics;
    private final ChangingMasks changing;
    private final TotalLoss trainingLoss;
    private final TotalLoss inferenceLoss;
    private final List<Output<TFloat32>> gradients;
    private final Optional<GradientAccumulation> accumulation;
    private final OptimizerStep optimizer;
    private final Graph graph = new Graph();
    private final Session session;
    private final VariableStore store;

    /**
     * Result of a step: the loss before the update, and the global L2 norm of the gradients before
     * clipping.
     */
    public record StepResult(float loss, float gradientNorm) {

        /** Whether the step did not diverge. */
        boolean isFinite() {
            return Float.isFinite(loss) && Float.isFinite(gradientNorm);
        }

        /** What diverged, for messages. */
        String describe() {
            return Float.isFinite(loss) ? "a gradient is not finite" : "the loss is " + loss;
        }
    }

    /**
     * What a batch says about weights whose masks change.
     *
     * @param step loss, and norm of all gradients
     * @param byName gradients by the names of the weights
     */
    record MaskGradients(StepResult step, Map<String, FloatTensor> byName) {}

    /** Builds the graph for whole batches; the variables start from the weights of the model. */
    public TrainingGraph(
            FlatGraph model,
            InputSpec input,
            List<LossTerm> terms,
            Training options,
            Map<String, FloatTensor> masks) {
        this(model, input, terms, options, masks, Map.of(), false, Optional.empty());
    }

    /**
     * Builds the graph; the variables start from the weights of the model.
     *
     * @param input how an image becomes the model's input
     * @param masks pruning masks of 0 and 1 that do not change, by the name of the weight's Const
     * @param changing the first masks of weights whose masks change, likewise
     * @param accumulates whether batches come as micro-batches, whose gradients are summed
     * @param codes how weights are trained as codes; empty where they are not
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the model has no
     *     weight to train, or has an operation without gradient
     */
    public TrainingGraph(
            FlatGraph model,
            InputSpec input,
            List<LossTerm> terms,
            Training options,
            Map<String, FloatTensor> masks,
            Map<String, FloatTensor> changing,
            boolean accumulates,
            Optional<CodeOptions> codes) {
        var config = TensorFlowRuntime.sessionConfig();
        try {
            this.model = model;
            inputs = ModelInputs.of(model.signature(), input);
            var tensors = terms.stream().flatMap(term -> term.student().stream()).toList();
            var trainable = TrainableParameters.of(model, tensors, options.batchNorm());
            notes = trainable.notes();
            quantizations =
                    new TrainableQuantizations(
                            model, GradientFlow.of(model, tensors), options.quantizationSteps());
            coded =
                    codes.map(each -> CodedWeights.of(model, trainable.weights(), each))
                            .orElse(CodedWeights.NONE);
            differentiable = coded.in(quantizations.differentiable());
            var nodes =
                    new TrainableGraphDef(
                            GroupedGradients.differentiable(differentiable),
                            variables(trainable, changing.keySet()),
                            trainable.norms());
            graph.importGraphDef(nodes.toGraphDef());
            var tf = Ops.create(graph).withSubScope("pitlane_training");
            weights =
                    trainable.weights().stream()
                            .map(weight -> masked(weight(weight.name(), masks), changing))
                            .toList();
            statistics = trainable.statistics().keySet().stream().map(this::variable).toList();
            this.changing = new ChangingMasks(tf, changing, untrained(trainable.names(), changing));
            var allTerms = concat(terms, coded.rate());
            trainingLoss = TotalLoss.forTraining(graph, tf, allTerms, accumulates);
            inferenceLoss =
                    nodes.hasInference()
                            ? trainingLoss.over(nodes::inferenceTensor, allTerms)
                            : trainingLoss;
            steps =
                    Stream.concat(quantizations.variables().stream(), coded.variables().stream())
                            .map(this::variable)
                            .toList();
            var withGradient = withGradient();
            gradients = differentiate(tf, withGradient);
            var averages = averages(trainable);
            accumulation =
                    accumulates
                            ? Optional.of(
                                    new GradientAccumulation(tf, withGradient, gradients, averages))
                            : Optional.empty();
            optimizer =
                    new OptimizerStep(
                            tf,
                            options.optimizer(),
                            withGradient,
                            weight -> trainable.decays(weight.name()) || isKernelOfLoss(weight),
                            accumulation.map(GradientAccumulation::gradients).orElse(gradients),
                            masks(tf, masks),
                            accumulation.map(GradientAccumulation::averages).orElse(averages));
            session = new Session(graph, config);
            store =
                    open(
                            session,
                            tf,
                            concat(
                                    concat(
                                            concat(withGradient, statistics),
                                            this.changing.variables()),
                                    optimizer.accumulators()));
        } catch (RuntimeException e) {
            graph.close();
            throw e;
        }
    }

    // Closes the session on failure: closing a graph blocks while one of its sessions is open.
    private static VariableStore open(Session session, Ops tf, List<Variable> variables) {
        try {
            return new VariableStore(session, tf, variables);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** Which weights are not trained, and why; one sentence each. */
    List<String> notes() {
        return notes;
    }

    private Variable variable(String name) {
        return Variable.in(graph, differentiable.node(name));
    }

    private Set<String> variables(TrainableParameters trainable, Set<String> masked) {
        var names = new HashSet<>(trainable.names());
        names.addAll(masked);
        names.addAll(quantizations.variables());
        names.addAll(coded.variables());
        return names;
    }

    private List<Variable> withGradient() {
        return concat(concat(weights, steps), trainingLoss.variables());
    }

    private Variable weight(String name, Map<String, FloatTensor> masks) {
        return masked(variable(name), masks);
    }

    private static Variable masked(Variable weight, Map<String, FloatTensor> masks) {
        var mask = masks.get(weight.name());
        return mask == null
                ? weight
                : weight.withInitial(SparsityMasks.masked(weight.initial(), mask));
    }

    private List<Variable> untrained(Set<String> trained, Map<String, FloatTensor> masks) {
        return masks.keySet().stream()
                .filter(name -> !trained.contains(name))
                .map(name -> weight(name, masks))
                .toList();
    }

    private Map<String, Operand<TFloat32>> masks(Ops tf, Map<String, FloatTensor> fixed) {
        var operands = new LinkedHashMap<>(changing.values());
        fixed.forEach(
                (name, mask) ->
                        operands.putIfAbsent(
                                name,
                                tf.constant(
                                        Shape.of(mask.shape()),
                                        DataBuffers.of(mask.values(), true, false))));
        return operands;
    }

    private boolean isKernelOfLoss(Variable weight) {
        return trainingLoss.variables().contains(weight) && weight.initial().rank() > 1;
    }

    private static <T> List<T> concat(List<T> some, List<T> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private List<Output<TFloat32>> differentiate(Ops tf, List<Variable> variables) {
        try {
            var values = variables.stream().map(Variable::value).toArray(Output<?>[]::new);
            var found = new ArrayList<Output<TFloat32>>();
            for (var gradient : graph.addGradients(trainingLoss.sum(), values)) {
                var variable = variables.get(found.size());
                found.add(scaled(tf, variable, gradient.expect(TFloat32.class)));
            }
            return found;
        } catch (RuntimeException e) {
            throw invalidInput(
                    "The model cannot be trained (%s).".formatted(firstLine(e)),
                    "Set the epochs to 0.");
        }
    }

    private Output<TFloat32> scaled(Ops tf, Variable variable, Output<TFloat32> gradient) {
        return quantizations.variables().contains(variable.name())
                ? quantizations.scaled(graph, tf, variable.name(), gradient)
                : gradient;
    }

    private static String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
    }

    private List<RunningAverage> averages(TrainableParameters trainable) {
        return statistics.stream()
                .map(
                        statistic -> {
                            var batchStatistics = new ArrayList<Operand<TFloat32>>();
                            for (var tensor : trainable.statistics().get(statistic.name())) {
                                batchStatistics.add(
                                        graph.operation(tensor.node()).output(tensor.index()));
                            }
                            return new RunningAverage(statistic, batchStatistics);
                        })
                .toList();
    }

    /**
     * Updates the variables by one batch.
     *
     * @param number number of the step, from 0
     * @param remaining remaining share of the training, 0..1
     */
    public StepResult step(Batch batch, double learningRate, long number, double remaining) {
        return step(List.of(batch).iterator(), learningRate, number, remaining);
    }

    /**
     * The same for a batch that comes as micro-batches, or whole.
     *
     * @param microBatches all of one batch; each is taken when the one before it is done
     */
    StepResult step(
            Iterator<Batch> microBatches, double learningRate, long number, double remaining) {
        if (accumulation.isEmpty()) {
            return wholeStep(microBatches.next(), learningRate, number, remaining);
        }
        float loss = accumulateAll(microBatches, remaining);
        var runner = session.runner().fetch(optimizer.norm());
        float[] fetched = optimizer.run(runner, (float) learningRate, number + 1);
        return new StepResult(loss, fetched[0]);
    }

    /** The gradients of a batch that comes as micro-batches, or whole, without a step. */
    MaskGradients gradientsOfMasked(Iterator<Batch> microBatches, double remaining) {
        if (accumulation.isPresent()) {
            float loss = accumulateAll(microBatches, remaining);
            var tensors = maskedOf(accumulation.get().gradients());
            return maskGradients(
                    VariableStore.fetch(
                            session.runner(), tensors.keySet(), List.copyOf(tensors.values())),
                    loss);
        }
        var tensors = maskedOf(gradients);
        tensors.put(LOSS, trainingLoss.sum().asOutput());
        var fetched =
                run(
                        trainingLoss,
                        microBatches.next(),
                        remaining,
                        runner ->
                                VariableStore.fetch(
                                        runner, tensors.keySet(), List.copyOf(tensors.values())));
        return maskGradients(fetched, fetched.remove(LOSS).values()[0]);
    }

    private Map<String, Output<TFloat32>> maskedOf(List<Output<TFloat32>> ofAll) {
        var tensors = new LinkedHashMap<String, Output<TFloat32>>();
        for (int i = 0; i < weights.size(); i++) {
            if (changing.contains(weights.get(i))) {
                tensors.put(weights.get(i).name(), ofAll.get(i));
            }
        }
        tensors.put(NORM, optimizer.norm());
        return tensors;
    }

    private static MaskGradients maskGradients(Map<String, FloatTensor> fetched, float loss) {
        var norm = fetched.remove(NORM).values()[0];
        return new MaskGradients(new StepResult(loss, norm), fetched);
    }

    /**
     * Changes the masks that change.
     *
     * @param next the new masks
     * @param gradients of their weights, by name, where they are known
     */
    void changeMasks(
            Function<MaskSchedule.State, Map<String, FloatTensor>> next,
            Map<String, FloatTensor> gradients) {
        changing.change(store, optimizer.accumulators(), next, gradients);
    }

    private float accumulateAll(Iterator<Batch> microBatches, double remaining) {
        float loss = accumulate(microBatches.next(), true, remaining);
        while (microBatches.hasNext()) {
            loss += accumulate(microBatches.next(), false, remaining);
        }
        return loss;
    }

    private float accumulate(Batch microBatch, boolean isFirst, double remaining) {
        double share = (double) microBatch.size() / microBatch.whole().size();
        return run(
                trainingLoss,
                microBatch,
                remaining,
                runner ->
                        accumulation
                                .orElseThrow()
                                .add(runner.fetch(trainingLoss.sum()), isFirst, share));
    }

    private StepResult wholeStep(Batch batch, double learningRate, long number, double remaining) {
        return run(
                trainingLoss,
                batch,
                remaining,
                runner -> {
                    runner.fetch(trainingLoss.sum()).fetch(optimizer.norm());
                    float[] fetched = optimizer.run(runner, (float) learningRate, number + 1);
                    return new StepResult(fetched[0], fetched[1]);
                });
    }

    /**
     * The loss of a batch in inference mode: with the running statistics of batch norm. For a
     * micro-batch, its share in the loss of the batch.
     */
    public float loss(Batch batch) {
        return run(
                inferenceLoss,
                batch,
                0,
                runner -> {
                    try (var result = runner.fetch(inferenceLoss.sum()).run()) {
                        return ((TFloat32) result.get(0)).getFloat();
                    }
                });
    }

    /** Gradients of the loss of a batch, by the name of the weight's Const or learned step. */
    public Map<String, FloatTensor> gradients(Batch batch) {
        var names = withGradient().stream().map(Variable::name).toList();
        return run(trainingLoss, batch, 1, runner -> VariableStore.fetch(runner, names, gradients));
    }

    private <T> T run(
            TotalLoss losses, Batch batch, double remaining, Function<Session.Runner, T> work) {
        var open = new ArrayList<Tensor>();
        try (var tensors = InputTensors.of(inputs, batch.images())) {
            var runner = session.runner();
            tensors.into(runner);
            losses.feed(runner, batch, remaining, open);
            return work.apply(runner);
        } finally {
            open.forEach(Tensor::close);
        }
    }

    /** The values of all variables, by name. */
    Map<String, FloatTensor> variables() {
        return store.readAll();
    }

    /** Sets all variables, by name. */
    void restore(Map<String, FloatTensor> values) {
        store.write(values);
    }

    /**
     * The trained values, by name: constants, quantized ones as the network reads them, codes and
     * their steps, and the limits of learned quantizations.
     */
    public Map<String, FloatTensor> constants() {
        var tensors = new LinkedHashMap<String, Output<TFloat32>>();
        concat(concat(weights, statistics), changing.untrained())
                .forEach(each -> tensors.put(each.name(), each.value()));
        var trained = new LinkedHashMap<>(quantizations.trained());
        trained.putAll(coded.trained());
        trained.forEach(
                (name, tensor) ->
                        tensors.put(
                                name,
                                graph.operation(tensor.node()).<TFloat32>output(tensor.index())));
        return VariableStore.fetch(
                session.runner(), tensors.keySet(), List.copyOf(tensors.values()));
    }

    /** The model with these values, as {@link #constants} gives them. */
    FlatGraph with(Map<String, FloatTensor> constants) {
        return coded.with(quantizations.with(constants), constants);
    }

    @Override
    public void close() {
        session.close();
        graph.close();
        TensorFlowRuntime.releaseMemory();
    }
}
