package io.pitlane.analysis.reconstruction;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import org.tensorflow.proto.NodeDef;

/** The mean and the variance of each channel of what a batch norm normalises. */
final class BatchNormStatistics {
    private static final int MEAN = 3;
    private static final int VARIANCE = 4;

    private final int axis;
    private double[] means;
    private double[] squares;
    private long count;

    /** Statistics of no values yet. */
    BatchNormStatistics(NodeDef batchNorm) {
        this.axis = Attributes.of(batchNorm).channelsLast() ? -1 : 1;
    }

    /** The tensor that a batch norm normalises. */
    static TensorRef input(NodeDef batchNorm) {
        return TensorRef.parse(batchNorm.getInput(0));
    }

    /** Adds the values of a batch (Chan et al. 1979, the pairwise update of sums of squares). */
    void add(FloatTensor batch) {
        int at = axis < 0 ? batch.rank() - 1 : axis;
        int channels = (int) batch.shape()[at];
        int inner = 1;
        for (int i = at + 1; i < batch.rank(); i++) {
            inner *= (int) batch.shape()[i];
        }
        if (means == null) {
            means = new double[channels];
            squares = new double[channels];
        }
        int each = batch.values().length / channels;
        for (int channel = 0; channel < channels; channel++) {
            add(batch.values(), channel, channels, inner, each);
        }
        count += each;
    }

    private void add(float[] values, int channel, int channels, int inner, int each) {
        double sum = 0;
        for (int i = 0; i < each; i++) {
            sum += values[(i / inner * channels + channel) * inner + i % inner];
        }
        double mean = sum / each;
        double square = 0;
        for (int i = 0; i < each; i++) {
            double difference = values[(i / inner * channels + channel) * inner + i % inner] - mean;
            square += difference * difference;
        }
        double shift = mean - means[channel];
        double total = count + each;
        means[channel] += shift * each / total;
        squares[channel] += square + shift * shift * count * each / total;
    }

    /** The graph with a batch norm that has these statistics. */
    FlatGraph into(FlatGraph graph, NodeDef batchNorm) {
        var variances = squares.clone();
        for (int channel = 0; channel < variances.length; channel++) {
            variances[channel] /= count;
        }
        return with(graph, batchNorm, means, variances);
    }

    /** The graph with a batch norm of these means and variances. */
    static FlatGraph with(FlatGraph graph, NodeDef batchNorm, double[] means, double[] variances) {
        return graph.edit()
                .put(vector(means).toConst(graph.input(batchNorm, MEAN).getName()))
                .put(vector(variances).toConst(graph.input(batchNorm, VARIANCE).getName()))
                .build();
    }

    /** The running means of a batch norm. */
    static float[] means(FlatGraph graph, NodeDef batchNorm) {
        return FloatTensor.of(graph.input(batchNorm, MEAN)).values();
    }

    private static FloatTensor vector(double[] values) {
        var floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return new FloatTensor(floats, floats.length);
    }
}
