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
 * Weights of an untrained model: kernels drawn from a normal distribution of variance {@code 2 /
 * inputs} (He et al. 2015, "Delving Deep into Rectifiers"), scales 1, biases and offsets 0, batch
 * norm's mean 0 and variance 1.
 */
public final class FreshWeights {
    private final FlatGraph graph;
    private final Random random;

    private FreshWeights(FlatGraph graph, long seed) {
        this.graph = graph;
        this.random = new Random(seed);
    }

    /** The same model with fresh weights that the seed decides. */
    public static FlatGraph in(FlatGraph graph, long seed) {
        return new FreshWeights(graph, seed).build();
    }

    private FlatGraph build() {
        var edit = graph.edit();
        for (var weight : TrainableWeights.of(graph)) {
            var old = FloatTensor.of(graph.node(weight.name()));
            edit.put(fresh(weight, old).toConst(weight.name()));
        }
        for (var norm : BatchNorms.of(graph)) {
            edit.put(filled(norm, BatchNorms.MEAN, 0));
            edit.put(filled(norm, BatchNorms.VARIANCE, 1));
        }
        return edit.build();
    }

    private NodeDef filled(NodeDef norm, int slot, float value) {
        var constant = graph.input(norm, slot);
        return FloatTensor.of(constant).map(v -> value).toConst(constant.getName());
    }

    private FloatTensor fresh(TrainableWeight weight, FloatTensor old) {
        return switch (Operations.of(weight.user()).kind()) {
            case BIAS, ADDITION, SUBTRACTION -> old.map(v -> 0);
            case MULTIPLICATION -> old.map(v -> 1);
            case BATCH_NORM -> old.map(v -> weight.slot() == 1 ? 1 : 0);
            default -> drawn(inputs(weight, old.shape()), old.shape());
        };
    }

    /** How many values a weight's layer adds up for one output. */
    private static double inputs(TrainableWeight weight, long[] shape) {
        var node = weight.user();
        var layout = Operations.of(node).kernel().orElseThrow();
        return switch (layout) {
            case CONVOLUTION ->
                    product(shape) / shape[layout.outputAxis(node, 1, shape.length).orElseThrow()];
            case DEPTHWISE -> (double) shape[0] * shape[1];
            case TRANSPOSED_CONVOLUTION -> {
                double apart =
                        product(
                                Attributes.of(node).ints("strides", List.of()).stream()
                                        .mapToLong(stride -> stride)
                                        .toArray());
                int outputs = layout.outputAxis(node, 1, shape.length).orElseThrow();
                yield Math.max(1, product(shape) / shape[outputs] / apart);
            }
            case MATRIX -> shape[layout.inputAxis(node, weight.slot(), shape.length).orElseThrow()];
            case EINSUM -> contracted(weight, shape);
        };
    }

    private static double product(long... sizes) {
        return Arrays.stream(sizes).asDoubleStream().reduce(1, (a, b) -> a * b);
    }

    /** Einsum: the dimensions that its result does not have. */
    private static double contracted(TrainableWeight weight, long[] shape) {
        var equation = weight.user().getAttrOrThrow("equation").getS().toStringUtf8();
        var sides = equation.split("->");
        var own = sides[0].split(",")[weight.slot()].replace("...", "");
        double inputs = 1;
        for (int i = 0; i < own.length(); i++) {
            boolean isSummed = sides.length < 2 || sides[1].indexOf(own.charAt(i)) < 0;
            inputs *= isSummed ? shape[shape.length - own.length() + i] : 1;
        }
        return inputs;
    }

    private FloatTensor drawn(double inputs, long[] shape) {
        double deviation = Math.sqrt(2.0 / inputs);
        int size = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        var values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return new FloatTensor(values, shape);
    }
}
