package io.pitlane.training.quantization;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.loss.RateLoss;
import io.pitlane.training.weights.TrainableWeight;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Weights that are trained as integers times a step, both learned:
 *
 * <pre>
 * code = latent + stopGradient(floor(latent + 1/2) - latent)     the straight-through estimator
 * weight = code * step,  step = initial * exp(exponent)
 * </pre>
 *
 * A code has no limits, and the gradient passes the rounding unchanged (Bengio et al.,
 * arXiv:1308.3432). The step of a tensor is at first the standard deviation of its weights; half of
 * it for vectors such as biases. Weights that are multiples of a step already keep it at first. The
 * Const of the weight becomes the variable of the latents.
 */
public final class CodedWeights {
    /** No weights. */
    public static final CodedWeights NONE = new CodedWeights(List.of(), null);

    private static final double LEAST_VECTOR_STEP = 0.005;
    private static final double VECTOR_SHARE = 0.5;
    private static final int BITS = 8;
    private static final int MOST_BITS = 16;

    private final List<Coded> weights;
    private final CodeOptions options;

    /**
     * A weight.
     *
     * @param values before training
     * @param axis of the steps; {@link Quantization#PER_TENSOR} for one
     * @param steps at first
     */
    private record Coded(String name, FloatTensor values, int axis, double[] steps) {

        String exponent() {
            return name + "/step_exponent";
        }

        String step() {
            return name + "/step";
        }

        String rounded() {
            return name + "/rounded";
        }

        FloatTensor perStep(double value) {
            var values = new float[steps.length];
            Arrays.fill(values, (float) value);
            return shaped(values);
        }

        FloatTensor shaped(float... perStep) {
            return axis == Quantization.PER_TENSOR
                    ? new FloatTensor(perStep)
                    : new FloatTensor(perStep, perStep.length);
        }

        /** The shape in which the steps are broadcast to the weight's. */
        int[] broadcast() {
            var shape = IntStream.range(axis, values.rank()).map(i -> 1).toArray();
            shape[0] = steps.length;
            return shape;
        }
    }

    private CodedWeights(List<Coded> weights, CodeOptions options) {
        this.weights = List.copyOf(weights);
        this.options = options;
    }

    /** The weights of a graph that no fake quantization reads. */
    public static CodedWeights of(
            FlatGraph graph, List<TrainableWeight> weights, CodeOptions options) {
        return new CodedWeights(
                weights.stream()
                        .filter(weight -> !isQuantized(graph, weight))
                        .map(weight -> coded(graph, weight, options))
                        .toList(),
                options);
    }

    private static boolean isQuantized(FlatGraph graph, TrainableWeight weight) {
        return graph.uses(weight.name()).stream()
                .anyMatch(use -> FakeQuantization.of(graph, use.consumer()).isPresent());
    }

    private static Coded coded(FlatGraph graph, TrainableWeight weight, CodeOptions options) {
        var values = FloatTensor.of(graph.node(weight.name()));
        var known = options.quantizations().get(weight.name());
        if (known != null) {
            return new Coded(weight.name(), values, known.axis(), steps(known));
        }
        var step = values.rank() < 2 ? options.knownStep(values) : OptionalDouble.empty();
        if (step.isPresent()) {
            double[] only = {step.getAsDouble()};
            return new Coded(weight.name(), values, Quantization.PER_TENSOR, only);
        }
        int axis = options.perChannel() ? axis(weight, values) : Quantization.PER_TENSOR;
        return new Coded(weight.name(), values, axis, steps(values, axis));
    }

    private static int axis(TrainableWeight weight, FloatTensor values) {
        return Operations.of(weight.consumer())
                .kernel()
                .map(
                        layout ->
                                layout.outputAxis(weight.consumer(), weight.slot(), values.rank())
                                        .orElse(Quantization.PER_TENSOR))
                .orElse(Quantization.PER_TENSOR);
    }

    private static double[] steps(Quantization known) {
        return IntStream.range(0, known.limits().length).mapToDouble(known::scale).toArray();
    }

    private static double[] steps(FloatTensor tensor, int axis) {
        int stride = tensor.stride(axis);
        int channels = axis == Quantization.PER_TENSOR ? 1 : (int) tensor.shape()[axis];
        var deviations = new double[channels];
        var values = tensor.values();
        double mean = IntStream.range(0, values.length).mapToDouble(i -> values[i]).sum();
        mean /= values.length;
        for (int i = 0; i < values.length; i++) {
            deviations[i / stride % channels] += (values[i] - mean) * (values[i] - mean);
        }
        for (int i = 0; i < channels; i++) {
            double deviation = Math.sqrt(deviations[i] * channels / values.length);
            deviations[i] =
                    tensor.rank() > 1 && deviation > 0
                            ? deviation
                            : Math.max(LEAST_VECTOR_STEP, VECTOR_SHARE * deviation);
        }
        return deviations;
    }

    /** The bits of the codes as a term of the loss; none where there are no codes. */
    public List<LossTerm> rate() {
        if (weights.isEmpty() || options.nats() == 0) {
            return List.of();
        }
        var names = weights.stream().map(Coded::name).toList();
        return List.of(new RateLoss(names, options.stepsPerUnit(), options.nats()));
    }

    /** Names of the Consts in the {@linkplain #in graph} that are trained beside the weights. */
    public Set<String> variables() {
        var names = new LinkedHashSet<String>();
        weights.forEach(weight -> names.add(weight.exponent()));
        return names;
    }

    /** A graph with codes in place of these weights; the Const of a weight holds its latents. */
    public FlatGraph in(FlatGraph graph) {
        if (weights.isEmpty()) {
            return graph;
        }
        var editor = graph.edit();
        weights.forEach(weight -> code(graph, editor, weight));
        return editor.build();
    }

    private void code(FlatGraph graph, GraphEditor editor, Coded weight) {
        var nodes = new SubgraphBuilder(editor, weight.name());
        var uses = graph.uses(weight.name());
        editor.put(latents(weight).toConst(weight.name()));
        var unit = nodes.constant("steps_per_unit", options.stepsPerUnit());
        var latent = nodes.binary("Mul", "latent", weight.name(), unit);
        var half = nodes.constant("half", 0.5);
        nodes.unary("Floor", "rounded", nodes.binary("AddV2", "raised", latent, half));
        var rounding = nodes.binary("Sub", "rounding", weight.rounded(), latent);
        var stopped = nodes.unary("StopGradient", "stopped", rounding);
        var code = nodes.binary("AddV2", "code", latent, stopped);
        editor.put(weight.perStep(0).toConst(weight.exponent()));
        var growth = nodes.unary("Exp", "growth", weight.exponent());
        var initial = new float[weight.steps().length];
        for (int i = 0; i < initial.length; i++) {
            initial[i] = (float) weight.steps()[i];
        }
        var first = nodes.constant("first_step", weight.shaped(initial));
        var step = nodes.binary("Mul", "step", first, growth);
        var shaped =
                weight.axis() == Quantization.PER_TENSOR
                        ? step
                        : nodes.reshape("step_of", step, weight.broadcast());
        var value = TensorRef.of(nodes.binary("Mul", "value", code, shaped));
        uses.forEach(use -> editor.setInput(use.consumer().getName(), use.slot(), value));
    }

    private FloatTensor latents(Coded weight) {
        var values = weight.values().values().clone();
        int stride = weight.values().stride(weight.axis());
        for (int i = 0; i < values.length; i++) {
            double step = weight.steps()[i / stride % weight.steps().length];
            values[i] = (float) (values[i] / step / options.stepsPerUnit());
        }
        return new FloatTensor(values, weight.values().shape());
    }

    /** The tensors of the graph that hold codes by the name of the weight, and steps. */
    public Map<String, TensorRef> trained() {
        var tensors = new LinkedHashMap<String, TensorRef>();
        for (var weight : weights) {
            tensors.put(weight.name(), TensorRef.of(weight.rounded()));
            tensors.put(weight.step(), TensorRef.of(weight.step()));
        }
        return tensors;
    }

    /**
     * A quantized graph: the values of codes; those of matrices are read through a fake
     * quantization of 8 bits, or of 16 where a code takes more.
     *
     * @param graph the original one, with trained values of other constants
     * @param values as in {@link #trained}
     * @throws ArithmeticException where a code takes more than 16 bits
     */
    public FlatGraph with(FlatGraph graph, Map<String, FloatTensor> values) {
        var editor = graph.edit();
        for (var weight : weights) {
            var codes = values.get(weight.name());
            var steps = values.get(weight.step()).values();
            if (codes.rank() < 2) {
                double step = steps[0];
                editor.put(codes.map(code -> step * code).toConst(weight.name()));
                continue;
            }
            var quantization = quantization(weight, codes, steps);
            editor.put(dequantized(quantization, codes).toConst(weight.name()));
            var name = editor.freshName(weight.name() + "/fake_quantization");
            var read =
                    FakeQuantization.add(editor, name, TensorRef.of(weight.name()), quantization);
            graph.uses(weight.name())
                    .forEach(use -> editor.setInput(use.consumer().getName(), use.slot(), read));
        }
        return editor.build();
    }

    private static Quantization quantization(Coded weight, FloatTensor codes, float... steps) {
        float largest = 1;
        for (float code : codes.values()) {
            largest = Math.max(largest, Math.abs(code));
        }
        int bits = largest < 1 << BITS - 1 ? BITS : MOST_BITS;
        if (largest >= 1 << bits - 1) {
            throw new ArithmeticException(
                    "a code of %s has grown to %.0f".formatted(weight.name(), largest));
        }
        var limits = steps.clone();
        for (int i = 0; i < limits.length; i++) {
            limits[i] *= (1 << bits - 1) - 1;
        }
        return new Quantization(bits, true, limits, 0, weight.axis());
    }

    private static FloatTensor dequantized(Quantization quantization, FloatTensor codes) {
        int stride = codes.stride(quantization.axis());
        var values = new float[codes.values().length];
        for (int i = 0; i < values.length; i++) {
            int channel = i / stride % quantization.limits().length;
            values[i] = quantization.dequantize((int) codes.values()[i], channel);
        }
        return new FloatTensor(values, codes.shape());
    }
}
