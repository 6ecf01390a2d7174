package io.pitlane.quantize;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.finding.LayerSensitivity.Distribution;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.runtime.GraphSession;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.NodeDef;

/** Measures the weights of the layers of a float graph, and the values that they give. */
final class LayerDistributions {
    private static final double USUAL = 99.9;
    private static final double LARGE = 10;

    private final FlatGraph floats;
    private final Map<TensorRef, Values> outputs = new LinkedHashMap<>();

    /**
     * Runs a float graph.
     *
     * @param batches images, in the shape that the graph takes
     */
    LayerDistributions(
            FlatGraph floats,
            List<SwitchableGraph.Layer> layers,
            InputSpec input,
            Iterable<FloatTensor> batches) {
        this.floats = floats;
        layers.forEach(layer -> outputs.put(layer.output(), new Values()));
        try (var session = GraphSession.open(floats, input)) {
            for (var batch : batches) {
                session.run(
                        batch,
                        List.copyOf(outputs.keySet()),
                        (tensor, values) -> outputs.get(tensor).add(values));
            }
        }
    }

    /** The distribution of one layer's values. */
    Distribution of(SwitchableGraph.Layer layer) {
        var weights = channelMagnitudes(floats.node(layer.name()));
        var values = outputs.get(layer.output());
        float median = median(weights);
        return new Distribution(
                values.min,
                values.max,
                ratio(values.histogram.largest(), values.histogram.percentile(USUAL)),
                ratio(max(values.channels), median(values.channels)),
                ratio(max(weights), median),
                largeChannels(weights, LARGE * median));
    }

    private static int largeChannels(float[] magnitudes, double above) {
        int count = 0;
        for (float magnitude : magnitudes) {
            count += magnitude > above ? 1 : 0;
        }
        return count;
    }

    /** The largest absolute weight of each output channel. */
    private float[] channelMagnitudes(NodeDef layer) {
        var weights = FloatTensor.of(floats.input(layer, 1));
        var layout = Operations.of(layer).kernel().orElseThrow();
        // Of a depthwise kernel, no single axis is the output channels: take the input channels.
        int axis = layout.outputAxis(layer, 1, weights.rank()).orElse(weights.rank() - 2);
        return magnitudes(weights, axis);
    }

    private static float[] magnitudes(FloatTensor tensor, int axis) {
        int stride = tensor.stride(axis);
        var magnitudes = new float[(int) tensor.shape()[axis]];
        var values = tensor.values();
        for (int i = 0; i < values.length; i++) {
            int channel = i / stride % magnitudes.length;
            magnitudes[channel] = Math.max(magnitudes[channel], Math.abs(values[i]));
        }
        return magnitudes;
    }

    private static float median(float[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static float max(float[] values) {
        float max = 0;
        for (float value : values) {
            max = Math.max(max, value);
        }
        return max;
    }

    /** 1 where there is nothing to compare with. */
    private static double ratio(float largest, float usual) {
        return usual > 0 ? (double) largest / usual : 1;
    }

    /** The values of one tensor, whose last axis is the channels. */
    private static final class Values {
        private final ValueHistogram histogram = new ValueHistogram();
        private float[] channels = new float[1];
        private float min = Float.POSITIVE_INFINITY;
        private float max = Float.NEGATIVE_INFINITY;

        void add(FloatTensor values) {
            histogram.add(values.values());
            for (float value : values.values()) {
                min = Math.min(min, value);
                max = Math.max(max, value);
            }
            var batch = magnitudes(values, values.rank() - 1);
            if (channels.length != batch.length) {
                channels = new float[batch.length];
            }
            for (int c = 0; c < channels.length; c++) {
                channels[c] = Math.max(channels[c], batch[c]);
            }
        }
    }
}
