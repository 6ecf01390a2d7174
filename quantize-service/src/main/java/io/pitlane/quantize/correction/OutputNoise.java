package io.pitlane.quantize.correction;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.GraphSession;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.tensorflow.proto.DataType;

/**
 * How far the outputs of graphs are from those of the float graph: the sum of squared errors of all
 * float outputs. Outputs whose number depends on the image, as that of the boxes that a detector
 * keeps, cannot be compared value by value and do not count.
 */
final class OutputNoise {
    private final FlatGraph floats;
    private final List<TensorRef> outputs;
    private final Iterable<FloatTensor> batches;
    private final InputSpec input;
    private final IntPredicate counted;

    /**
     * The noise on some images.
     *
     * @param floats the float graph
     * @param batches images, as the model takes them
     * @param counted the images that count, by their place in the batches
     */
    OutputNoise(
            FlatGraph floats,
            Iterable<FloatTensor> batches,
            InputSpec input,
            IntPredicate counted) {
        this.floats = floats;
        this.outputs =
                floats.signature().outputs().stream()
                        .filter(port -> port.dtype() == DataType.DT_FLOAT)
                        .map(GraphSignature.Port::tensor)
                        .toList();
        this.batches = batches;
        this.input = input;
        this.counted = counted;
    }

    /**
     * Whether a graph has less noise than another.
     *
     * @param changed with the outputs of the float graph
     * @param before likewise
     */
    boolean isLower(FlatGraph changed, FlatGraph before) {
        double noise = 0;
        double noiseBefore = 0;
        int image = 0;
        try (var expected = GraphSession.open(floats, input);
                var one = GraphSession.open(changed, input);
                var other = GraphSession.open(before, input)) {
            for (var batch : batches) {
                var wanted = run(expected, floats, batch);
                var now = run(one, changed, batch);
                var then = run(other, before, batch);
                int images = (int) batch.shape()[0];
                for (int i = 0; i < wanted.size(); i++) {
                    if (areComparable(images, wanted.get(i), now.get(i), then.get(i))) {
                        noise += noise(wanted.get(i), now.get(i), image);
                        noiseBefore += noise(wanted.get(i), then.get(i), image);
                    }
                }
                image += images;
            }
        }
        return noise < noiseBefore;
    }

    /** The outputs by their place in the signature: corrections may rename the tensors. */
    private List<FloatTensor> run(GraphSession session, FlatGraph graph, FloatTensor batch) {
        var ports = graph.signature().outputs();
        var names = floats.signature().outputs().stream().map(GraphSignature.Port::tensor).toList();
        return session.run(
                batch,
                outputs.stream().map(names::indexOf).map(i -> ports.get(i).tensor()).toList());
    }

    /** Whether tensors have one shape, with a value or more for each image. */
    private static boolean areComparable(int images, FloatTensor wanted, FloatTensor... others) {
        return wanted.rank() > 0
                && wanted.shape()[0] == images
                && wanted.values().length > 0
                && Arrays.stream(others)
                        .allMatch(other -> Arrays.equals(other.shape(), wanted.shape()));
    }

    /**
     * @param first the place of the first image of the batch
     */
    private double noise(FloatTensor wanted, FloatTensor actual, int first) {
        double noise = 0;
        int size = wanted.values().length / (int) wanted.shape()[0];
        for (int i = 0; i < wanted.values().length; i++) {
            if (counted.test(first + i / size)) {
                double error = (double) wanted.values()[i] - actual.values()[i];
                noise += error * error;
            }
        }
        return noise;
    }
}
