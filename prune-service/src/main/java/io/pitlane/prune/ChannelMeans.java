package io.pitlane.prune;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.ActivatedOutput;
import io.pitlane.graph.runtime.GraphSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tensorflow.proto.DataType;

/**
 * Means over training images and positions of each channel of some tensors. They are computed
 * inside the graph, so that memory holds one vector a tensor.
 */
final class ChannelMeans {
    private final Map<ActivatedOutput, double[]> means = new HashMap<>();

    /** What is averaged. */
    enum Measure {
        /** The absolute value. */
        MAGNITUDE,
        /** 1 for a value other than zero, else 0. */
        NON_ZERO
    }

    private ChannelMeans() {}

    /** The means of these outputs over a sample of the training images. */
    static ChannelMeans of(
            FlatGraph graph,
            List<ActivatedOutput> outputs,
            Measure measure,
            int samples,
            PruningContext context) {
        var all = new ChannelMeans();
        if (outputs.isEmpty()) {
            return all;
        }
        long images = 0;
        var averaged = averaged(graph, outputs, measure);
        var batches =
                context.images()
                        .batches(
                                samples,
                                done -> context.progress().at(done, "measuring activations"));
        try (var session = GraphSession.open(averaged, context.images().input().spec())) {
            for (var batch : batches) {
                all.add(outputs, session.run(batch), batch.shape()[0]);
                images += batch.shape()[0];
            }
        }
        for (var sums : all.means.values()) {
            for (int c = 0; c < sums.length; c++) {
                sums[c] /= images;
            }
        }
        return all;
    }

    private void add(List<ActivatedOutput> outputs, List<FloatTensor> ofBatch, long images) {
        for (int i = 0; i < ofBatch.size(); i++) {
            var values = ofBatch.get(i).values();
            var sums = means.computeIfAbsent(outputs.get(i), k -> new double[values.length]);
            for (int c = 0; c < values.length; c++) {
                sums[c] += (double) images * values[c];
            }
        }
    }

    /** One for each position along the channels' axis. */
    double[] of(ActivatedOutput output) {
        return means.get(output);
    }

    /** The graph with the means of a batch as its outputs. */
    private static FlatGraph averaged(
            FlatGraph graph, List<ActivatedOutput> outputs, Measure measure) {
        var shapes = InferredShapes.of(graph);
        var editor = graph.edit();
        var ports = new ArrayList<GraphSignature.Port>();
        for (var output : outputs) {
            var name = editor.freshName("pitlane_mean/" + output.tensor().node());
            var axes =
                    IntStream.range(0, shapes.of(output.tensor()).numDimensions())
                            .filter(axis -> axis != output.channels().axis())
                            .toArray();
            editor.put(NodeBuilder.intVector(name + "/axes", axes));
            editor.put(
                    NodeBuilder.of("Mean", name)
                            .input(measured(editor, name, output.tensor(), measure))
                            .input(name + "/axes")
                            .type("T", DataType.DT_FLOAT)
                            .type("Tidx", DataType.DT_INT32)
                            .bool("keep_dims", false)
                            .build());
            ports.add(new GraphSignature.Port(name, TensorRef.of(name), DataType.DT_FLOAT, null));
        }
        return editor.outputs(ports).build();
    }

    private static String measured(
            GraphEditor editor, String name, TensorRef tensor, Measure measure) {
        var values = name + "/values";
        if (measure == Measure.MAGNITUDE) {
            editor.put(
                    NodeBuilder.of("Abs", values)
                            .input(tensor.toString())
                            .type("T", DataType.DT_FLOAT)
                            .build());
            return values;
        }
        editor.put(new FloatTensor(new float[] {0}).toConst(name + "/zero"));
        editor.put(
                NodeBuilder.of("NotEqual", name + "/nonzero")
                        .input(tensor.toString())
                        .input(name + "/zero")
                        .type("T", DataType.DT_FLOAT)
                        .build());
        editor.put(
                NodeBuilder.of("Cast", values)
                        .input(name + "/nonzero")
                        .type("SrcT", DataType.DT_BOOL)
                        .type("DstT", DataType.DT_FLOAT)
                        .build());
        return values;
    }
}
