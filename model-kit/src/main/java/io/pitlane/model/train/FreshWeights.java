package io.pitlane.model.train;

import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.tensorflow.proto.NodeDef;

/**
 * Weights of a model that has learnt nothing yet: filters and matrices drawn from a normal
 * distribution of variance {@code 2 / inputs} (He et al. 2015, "Delving Deep into Rectifiers"),
 * scales 1, biases and offsets 0, batch norm's mean 0 and variance 1.
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

    private FloatTensor fresh(Weight weight, FloatTensor old) {
        return switch (weight.user().getOp()) {
            case "BiasAdd", "Add", "AddV2", "Sub" -> old.map(v -> 0);
            case "Mul" -> old.map(v -> 1);
            case "FusedBatchNormV3" -> old.map(v -> weight.slot() == 1 ? 1 : 0);
            default -> drawn(inputs(weight, old.shape()), old.shape());
        };
    }

    /** How many values a weight's layer adds up for one output. */
    private static double inputs(Weight weight, long[] shape) {
        var node = weight.user();
        return switch (node.getOp()) {
            case "Conv2D" -> (double) shape[0] * shape[1] * shape[2];
            case "DepthwiseConv2dNative" -> (double) shape[0] * shape[1];
            case "Conv2DBackpropInput" -> {
                List<Long> strides = node.getAttrOrThrow("strides").getList().getIList();
                long apart = strides.stream().reduce(1L, Math::multiplyExact);
                yield Math.max(1, (double) shape[0] * shape[1] * shape[3] / apart);
            }
            case "MatMul" -> isTransposed(weight, "transpose_") ? shape[1] : shape[0];
            case "BatchMatMulV2" -> shape[shape.length - (isTransposed(weight, "adj_") ? 1 : 2)];
            default -> contracted(weight, shape);
        };
    }

    /** Whether outputs, which a matrix has last (first, on the left), stand the other way round. */
    private static boolean isTransposed(Weight weight, String prefix) {
        var attribute = prefix + (prefix.startsWith("adj") ? "xy" : "ab").charAt(weight.slot());
        boolean flagged =
                weight.user().getAttrMap().containsKey(attribute)
                        && weight.user().getAttrOrThrow(attribute).getB();
        return flagged != (weight.slot() == 0);
    }

    /** Einsum: the dimensions that its result does not have. */
    private static double contracted(Weight weight, long[] shape) {
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
