package io.pitlane.training.weights;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.operation.Operations;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.tensorflow.proto.NodeDef;

/**
 * Initialises the weights of a model for training from scratch: kernels from a normal distribution
 * of variance {@code 2 / fanIn} (He et al. 2015, "Delving Deep into Rectifiers"), scales 1, biases
 * and offsets 0, running mean 0 and variance 1 of batch norm.
 */
public final class WeightInitializer {
    private final FlatGraph graph;
    private final Random random;

    private WeightInitializer(FlatGraph graph, long seed) {
        this.graph = graph;
        this.random = new Random(seed);
    }

    /** The same model with newly initialised weights. */
    public static FlatGraph initialize(FlatGraph graph, long seed) {
        return new WeightInitializer(graph, seed).build();
    }

    private FlatGraph build() {
        var edit = graph.edit();
        for (var weight : WeightFinder.find(graph)) {
            var old = FloatTensor.of(graph.node(weight.name()));
            edit.put(initial(weight, old).toConst(weight.name()));
        }
        for (var norm : BatchNorms.of(graph)) {
            edit.put(constant(norm, BatchNorms.MEAN, 0));
            edit.put(constant(norm, BatchNorms.VARIANCE, 1));
        }
        return edit.build();
    }

    private NodeDef constant(NodeDef norm, int slot, float value) {
        var constant = graph.input(norm, slot);
        return FloatTensor.of(constant).map(v -> value).toConst(constant.getName());
    }

    private FloatTensor initial(TrainableWeight weight, FloatTensor old) {
        return switch (Operations.of(weight.consumer()).kind()) {
            case BIAS, ADDITION, SUBTRACTION -> old.map(v -> 0);
            case MULTIPLICATION -> old.map(v -> 1);
            case BATCH_NORM -> old.map(v -> weight.slot() == 1 ? 1 : 0);
            default -> normal(fanIn(weight, old.shape()), old.shape());
        };
    }

    /** Fan-in: the number of inputs that a kernel sums up for one output value. */
    private static double fanIn(TrainableWeight weight, long[] shape) {
        var node = weight.consumer();
        var layout = Operations.of(node).kernel().orElseThrow();
        return switch (layout) {
            case CONVOLUTION ->
                    product(shape) / shape[layout.outputAxis(node, 1, shape.length).orElseThrow()];
            case DEPTHWISE -> (double) shape[0] * shape[1];
            case TRANSPOSED_CONVOLUTION -> {
                double strides =
                        product(
                                Attributes.of(node).ints("strides", List.of()).stream()
                                        .mapToLong(stride -> stride)
                                        .toArray());
                int outputs = layout.outputAxis(node, 1, shape.length).orElseThrow();
                yield Math.max(1, product(shape) / shape[outputs] / strides);
            }
            case MATRIX -> shape[layout.inputAxis(node, weight.slot(), shape.length).orElseThrow()];
            case EINSUM -> einsumFanIn(weight, shape);
        };
    }

    private static double product(long... sizes) {
        return Arrays.stream(sizes).asDoubleStream().reduce(1, (a, b) -> a * b);
    }

    /** Einsum: the product of the dimensions that are summed over. */
    private static double einsumFanIn(TrainableWeight weight, long[] shape) {
        var equation = weight.consumer().getAttrOrThrow("equation").getS().toStringUtf8();
        var sides = equation.split("->");
        var own = sides[0].split(",")[weight.slot()].replace("...", "");
        double inputs = 1;
        for (int i = 0; i < own.length(); i++) {
            boolean isSummed = sides.length < 2 || sides[1].indexOf(own.charAt(i)) < 0;
            inputs *= isSummed ? shape[shape.length - own.length() + i] : 1;
        }
        return inputs;
    }

    private FloatTensor normal(double inputs, long[] shape) {
        double deviation = Math.sqrt(2.0 / inputs);
        int size = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        var values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return new FloatTensor(values, shape);
    }
}
