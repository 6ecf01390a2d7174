package io.pitlane.graph.batch;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.RegisteredOps;
import io.pitlane.graph.runtime.GraphSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.tensorflow.proto.DataType;

/**
 * Compares a graph of a fixed batch size with the same graph of a dynamic one: on a whole batch,
 * and on images of that batch one by one, which shows that no image depends on another.
 */
final class BatchEquivalence {
    /** Of the largest value: another batch size sums in another order. */
    private static final double MAX_RELATIVE_DIFFERENCE = 1e-4;

    private static final long MOST_VALUES = 1L << 25;

    /** Height and width where a model takes any. */
    private static final long SIDE = 64;

    private static final long SEED = 17;

    private final FlatGraph fixed;
    private final FlatGraph dynamic;
    private final int size;

    BatchEquivalence(FlatGraph fixed, FlatGraph dynamic, long size) {
        this.fixed = fixed;
        this.dynamic = dynamic;
        this.size = Math.toIntExact(size);
    }

    /** Why the graphs do not compute the same, naming the node; empty when they do. */
    Optional<String> difference() {
        var shape = shapeOfOne();
        long values = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        int images = Math.max(2, size);
        if (values > MOST_VALUES / images) {
            return Optional.of("a batch is too large to compare the outputs");
        }
        var given = new FloatTensor(random((int) (values * images)), withBatch(shape, images));
        try (var original = open(fixed);
                var changed = open(dynamic)) {
            var expected = ofOriginal(original, given);
            var wholeBatch = firstDifferent(expected, changed.run(given), dynamic);
            if (wholeBatch.isPresent()) {
                return wholeBatch;
            }
            int last = images - 1;
            return firstDifferent(
                            select(expected, images, last),
                            changed.run(given.select(0, new int[] {last})),
                            dynamic)
                    .map(output -> firstMixing(changed, given).orElse(output));
        }
    }

    /** The outputs of the original for all images: of one run, or of one run for each image. */
    private List<FloatTensor> ofOriginal(GraphSession original, FloatTensor images) {
        if (size > 1) {
            return original.run(images);
        }
        var first = original.run(images.select(0, new int[] {0}));
        var second = original.run(images.select(0, new int[] {1}));
        return IntStream.range(0, first.size())
                .mapToObj(i -> joined(first.get(i), second.get(i)))
                .toList();
    }

    private static FloatTensor joined(FloatTensor first, FloatTensor second) {
        var values = Arrays.copyOf(first.values(), first.values().length * 2);
        System.arraycopy(second.values(), 0, values, first.values().length, second.values().length);
        return new FloatTensor(values, values.length);
    }

    private static List<FloatTensor> select(List<FloatTensor> outputs, int images, int image) {
        return outputs.stream()
                .map(
                        output -> {
                            int each = output.values().length / images;
                            return new FloatTensor(
                                    Arrays.copyOfRange(
                                            output.values(), image * each, (image + 1) * each),
                                    each);
                        })
                .toList();
    }

    private static Optional<String> firstDifferent(
            List<FloatTensor> expected, List<FloatTensor> actual, FlatGraph graph) {
        for (int i = 0; i < expected.size(); i++) {
            var port = graph.signature().outputs().get(i);
            if (!isClose(expected.get(i), actual.get(i), port.dtype())) {
                return Optional.of(
                        "the output '" + port.name() + "' would be different with another number");
            }
        }
        return Optional.empty();
    }

    /** The first node whose value for an image depends on the other images. */
    private Optional<String> firstMixing(GraphSession session, FloatTensor images) {
        var nodes =
                dynamic.nodes().stream()
                        .filter(node -> !node.getOp().equals("Const"))
                        .filter(node -> RegisteredOps.outputTypes(node).contains(DataType.DT_FLOAT))
                        .filter(n -> RegisteredOps.outputTypes(n).get(0) == DataType.DT_FLOAT)
                        .toList();
        var tensors = nodes.stream().map(node -> TensorRef.of(node.getName())).toList();
        var two = session.run(images.select(0, new int[] {0, 1}), tensors);
        var one = session.run(images.select(0, new int[] {0}), tensors);
        for (int i = 0; i < nodes.size(); i++) {
            if (depends(one.get(i), two.get(i))) {
                return Optional.of(
                        BatchRewriting.describe(nodes.get(i)) + " computes across the batch");
            }
        }
        return Optional.empty();
    }

    /**
     * Whether a value for one image differs from that for the same image among two; false where the
     * batch is not the first axis.
     */
    private static boolean depends(FloatTensor alone, FloatTensor together) {
        if (Arrays.equals(alone.shape(), together.shape())) {
            return !isClose(alone, together, DataType.DT_FLOAT);
        }
        if (alone.rank() == 0) {
            return false;
        }
        var doubled = alone.shape().clone();
        doubled[0] *= 2;
        var first = Arrays.copyOf(together.values(), alone.values().length);
        return Arrays.equals(doubled, together.shape())
                && !isClose(alone, new FloatTensor(first, alone.shape()), DataType.DT_FLOAT);
    }

    private static boolean isClose(FloatTensor expected, FloatTensor actual, DataType type) {
        if (expected.values().length != actual.values().length) {
            return false;
        }
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.values().length; i++) {
            double one = expected.values()[i];
            largest = Math.max(largest, Math.abs(one));
            difference = Math.max(difference, Math.abs(one - actual.values()[i]));
            if (Double.isNaN(difference)) {
                return false;
            }
        }
        boolean whole = type != DataType.DT_FLOAT;
        return difference <= (whole ? 0 : MAX_RELATIVE_DIFFERENCE * largest);
    }

    private static GraphSession open(FlatGraph graph) {
        return GraphSession.open(graph, InputSpec.builder().name(image(graph).name()).build());
    }

    private static Port image(FlatGraph graph) {
        return graph.signature().inputs().stream()
                .filter(port -> port.shape() != null && port.shape().size() >= 3)
                .findFirst()
                .orElseThrow();
    }

    private long[] shapeOfOne() {
        return image(fixed).shape().stream()
                .skip(1)
                .mapToLong(length -> length < 0 ? SIDE : length)
                .toArray();
    }

    private static long[] withBatch(long[] one, long images) {
        var shape = new ArrayList<Long>(List.of(images));
        Arrays.stream(one).forEach(shape::add);
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    private float[] random(int count) {
        var random = new Random(SEED);
        float scale = image(fixed).dtype() == DataType.DT_FLOAT ? 1 : 255;
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = scale * random.nextFloat();
        }
        return values;
    }
}
