package io.pitlane.quantize.correction;

import io.pitlane.analysis.reconstruction.ModelPasses;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import org.tensorflow.proto.DataType;

/**
 * Statistics of tensors for each channel (their last axis), over images. Those of each image are
 * computed inside of the graph: memory does not depend on the number of images.
 */
final class ChannelReduction {
    private final FlatGraph graph;
    private final ModelPasses passes;

    /**
     * Statistics of a graph.
     *
     * @param passes of the images through it
     */
    ChannelReduction(FlatGraph graph, ModelPasses passes) {
        this.graph = graph;
        this.passes = passes;
    }

    /**
     * The mean of every channel, over the images that have values.
     *
     * @param ranks number of dimensions of each tensor
     */
    Map<TensorRef, double[]> means(Map<TensorRef, Integer> ranks) {
        var reductions = reduce("Mean", Double::sum, ranks);
        var means = new HashMap<TensorRef, double[]>();
        reductions.forEach(
                (tensor, sum) ->
                        means.put(
                                tensor,
                                Arrays.stream(sum.values).map(v -> v / sum.images).toArray()));
        return means;
    }

    /** The largest value of every channel, likewise. */
    Map<TensorRef, double[]> maxima(Map<TensorRef, Integer> ranks) {
        return extrema("Max", Math::max, ranks);
    }

    /** The smallest value of every channel, likewise. */
    Map<TensorRef, double[]> minima(Map<TensorRef, Integer> ranks) {
        return extrema("Min", Math::min, ranks);
    }

    private Map<TensorRef, double[]> extrema(
            String op, DoubleBinaryOperator combine, Map<TensorRef, Integer> ranks) {
        var extrema = new HashMap<TensorRef, double[]>();
        reduce(op, combine, ranks).forEach((tensor, each) -> extrema.put(tensor, each.values));
        return extrema;
    }

    /** Tensors without any values are left out. */
    private Map<TensorRef, Reduction> reduce(
            String op, DoubleBinaryOperator combine, Map<TensorRef, Integer> ranks) {
        var reductions = new LinkedHashMap<TensorRef, Reduction>();
        var reduced = new LinkedHashMap<TensorRef, Reduction>();
        var editor = graph.edit();
        ranks.forEach(
                (tensor, rank) -> {
                    var name = editor.freshName(tensor.node() + "/" + tensor.index() + "/" + op);
                    int[] axes = IntStream.range(1, rank - 1).toArray();
                    editor.put(NodeBuilder.intVector(name + "/axes", axes));
                    editor.put(
                            NodeBuilder.of(op, name)
                                    .input(tensor)
                                    .input(name + "/axes")
                                    .type("T", DataType.DT_FLOAT)
                                    .type("Tidx", DataType.DT_INT32)
                                    .bool("keep_dims", false)
                                    .build());
                    var reduction = new Reduction(combine);
                    reductions.put(tensor, reduction);
                    reduced.put(TensorRef.of(name), reduction);
                });
        editor.outputs(
                reduced.keySet().stream()
                        .map(t -> new GraphSignature.Port(t.node(), t, DataType.DT_FLOAT, null))
                        .toList());
        passes.fetch(
                editor.build(),
                reduced.keySet().stream().toList(),
                (tensor, batch) -> reduced.get(tensor).add(batch));
        reductions.values().removeIf(reduction -> reduction.images == 0);
        return reductions;
    }

    /** What the channels of a tensor are reduced to, over the images so far. */
    private static final class Reduction {
        private final DoubleBinaryOperator combine;
        private double[] values;
        private int images;

        Reduction(DoubleBinaryOperator combine) {
            this.combine = combine;
        }

        /**
         * @param batch {@code [images, channels]}
         */
        void add(FloatTensor batch) {
            int channels = (int) batch.shape()[1];
            for (int first = 0; first < batch.values().length; first += channels) {
                if (hasValues(batch, first)) {
                    for (int channel = 0; channel < channels; channel++) {
                        add(channel, batch.values()[first + channel], channels);
                    }
                    images++;
                }
            }
        }

        /** The mean of no values is not a number, their extrema are infinite. */
        private static boolean hasValues(FloatTensor batch, int first) {
            return Float.isFinite(batch.values()[first]);
        }

        private void add(int channel, double value, int channels) {
            if (images == 0 && channel == 0) {
                values = new double[channels];
            }
            values[channel] = images == 0 ? value : combine.applyAsDouble(values[channel], value);
        }
    }
}
