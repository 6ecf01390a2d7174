package io.pitlane.quantize.correction;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.GraphSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tensorflow.proto.DataType;

/**
 * Statistics of tensors for each channel (their last axis), over images. They are computed inside
 * of the graph, of which only what the tensors need is run: memory does not depend on the number of
 * images.
 */
final class ChannelReduction {
    private final FlatGraph graph;
    private final InputSpec input;

    /**
     * Statistics of a graph.
     *
     * @param input which of several inputs takes the images
     */
    ChannelReduction(FlatGraph graph, InputSpec input) {
        this.graph = graph;
        this.input = input;
    }

    private enum Kind {
        MEAN("Mean") {
            @Override
            double combine(double before, double seen, double batch, double images) {
                return before + (batch - before) * images / (seen + images);
            }
        },
        MAXIMUM("Max") {
            @Override
            double combine(double before, double seen, double batch, double images) {
                return seen == 0 ? batch : Math.max(before, batch);
            }
        },
        MINIMUM("Min") {
            @Override
            double combine(double before, double seen, double batch, double images) {
                return seen == 0 ? batch : Math.min(before, batch);
            }
        };

        private final String op;

        Kind(String op) {
            this.op = op;
        }

        abstract double combine(double before, double seen, double batch, double images);
    }

    /**
     * The mean of every channel.
     *
     * @param ranks number of dimensions of each tensor
     * @param batches images, as the model takes them
     */
    Map<TensorRef, double[]> means(Map<TensorRef, Integer> ranks, Iterable<FloatTensor> batches) {
        return reduce(Kind.MEAN, ranks, batches);
    }

    /** The largest value of every channel, likewise. */
    Map<TensorRef, double[]> maxima(Map<TensorRef, Integer> ranks, Iterable<FloatTensor> batches) {
        return reduce(Kind.MAXIMUM, ranks, batches);
    }

    /** The smallest value of every channel, likewise. */
    Map<TensorRef, double[]> minima(Map<TensorRef, Integer> ranks, Iterable<FloatTensor> batches) {
        return reduce(Kind.MINIMUM, ranks, batches);
    }

    private Map<TensorRef, double[]> reduce(
            Kind kind, Map<TensorRef, Integer> ranks, Iterable<FloatTensor> batches) {
        var tensors = List.copyOf(ranks.keySet());
        var reduced = new ArrayList<TensorRef>();
        var editor = graph.edit();
        for (var tensor : tensors) {
            var name = editor.freshName(tensor.node() + "/" + tensor.index() + "/" + kind.op);
            int[] axes = IntStream.range(0, ranks.get(tensor) - 1).toArray();
            editor.put(NodeBuilder.intVector(name + "/axes", axes));
            editor.put(
                    NodeBuilder.of(kind.op, name)
                            .input(tensor)
                            .input(name + "/axes")
                            .type("T", DataType.DT_FLOAT)
                            .type("Tidx", DataType.DT_INT32)
                            .bool("keep_dims", false)
                            .build());
            reduced.add(TensorRef.of(name));
        }
        editor.outputs(
                reduced.stream()
                        .map(t -> new GraphSignature.Port(t.node(), t, DataType.DT_FLOAT, null))
                        .toList());
        var sums = new HashMap<TensorRef, double[]>();
        double seen = 0;
        try (var session = GraphSession.open(editor.build(), input)) {
            for (var batch : batches) {
                double images = batch.shape()[0];
                var values = session.run(batch);
                for (int i = 0; i < tensors.size(); i++) {
                    combine(kind, sums, tensors.get(i), seen, values.get(i).values(), images);
                }
                seen += images;
            }
        }
        return sums;
    }

    private static void combine(
            Kind kind,
            Map<TensorRef, double[]> sums,
            TensorRef tensor,
            double seen,
            float[] batch,
            double images) {
        var channels = sums.computeIfAbsent(tensor, t -> new double[batch.length]);
        for (int channel = 0; channel < channels.length; channel++) {
            channels[channel] = kind.combine(channels[channel], seen, batch[channel], images);
        }
    }
}
