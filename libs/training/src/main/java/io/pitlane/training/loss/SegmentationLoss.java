package io.pitlane.training.loss;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.data.Annotations;
import io.pitlane.data.Mask;
import io.pitlane.data.Size;
import io.pitlane.data.batch.Batch;
import io.pitlane.graph.TensorRef;
import io.pitlane.training.head.Head;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.image.ResizeNearestNeighbor;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * Cross-entropy with the class of every pixel, averaged over the pixels that are not ignored. Masks
 * are fed as one byte a pixel and resized to the output with nearest-neighbour interpolation;
 * one-hot they are only inside the graph.
 *
 * @param head logits of a segmentation model, {@code [N, H, W, K]}
 * @param weight factor on the term
 * @param smoothing label smoothing, 0..1
 * @param output H and W; empty if they follow the image
 */
record SegmentationLoss(Head head, double weight, double smoothing, Optional<Size> output)
        implements LossTerm {

    @Override
    public List<TensorRef> student() {
        return List.of(head.tensor());
    }

    @Override
    public Operand<TFloat32> attach(LossContext graph, List<Operand<TFloat32>> student) {
        var tf = graph.tf();
        var rows = FlattenedHead.of(graph, head, student.get(0));
        requireImage(student.get(0).asOutput().shape());
        int classes = Math.max(rows.width(), 2);
        var unknown = Shape.UNKNOWN_SIZE;
        var masks =
                graph.placeholder(
                        TUint8.class,
                        Shape.of(unknown, unknown, unknown, 1),
                        batch -> masks(batch, classes));
        var fitting = tf.reshape(resized(tf, masks, student.get(0)), tf.constant(new int[] {-1}));
        var ignored = tf.math.equal(fitting, tf.constant(TUint8.class, (byte) Mask.IGNORE));
        var counted = tf.math.sub(tf.constant(1f), tf.dtypes.cast(ignored, TFloat32.class));
        var target =
                smoothed(
                        tf,
                        rows.width() == 1
                                ? single(tf, fitting, counted)
                                : oneHot(tf, fitting, classes),
                        classes);
        var loss = CrossEntropy.weighted(tf, rows.kind(), rows.values(), target, counted);
        return tf.math.mul(loss, tf.constant((float) weight));
    }

    private void requireImage(Shape shape) {
        if (shape.numDimensions() != 4) {
            throw invalidInput(
                    "The output '%s' has the shape %s, but masks need one score a pixel and class, [N, H, W, K]."
                            .formatted(head.output(), shape),
                    "Name the segmentation output in the plan's output.");
        }
    }

    private static Operand<TUint8> resized(
            Ops tf, Operand<TUint8> masks, Operand<TFloat32> output) {
        var size =
                tf.slice(tf.shape(output), tf.constant(new int[] {1}), tf.constant(new int[] {2}));
        return tf.image.resizeNearestNeighbor(
                masks, size, ResizeNearestNeighbor.halfPixelCenters(true));
    }

    private static Operand<TFloat32> single(
            Ops tf, Operand<TUint8> classes, Operand<TFloat32> counted) {
        var values = tf.dtypes.cast(classes, TFloat32.class);
        return tf.reshape(tf.math.mul(values, counted), tf.constant(new int[] {-1, 1}));
    }

    private static Operand<TFloat32> oneHot(Ops tf, Operand<TUint8> classes, int count) {
        return tf.oneHot(classes, tf.constant(count), tf.constant(1f), tf.constant(0f));
    }

    private Operand<TFloat32> smoothed(Ops tf, Operand<TFloat32> target, int classes) {
        return tf.math.add(
                tf.math.mul(target, tf.constant((float) (1 - smoothing))),
                tf.constant((float) (smoothing / classes)));
    }

    private static TUint8 masks(Batch batch, int classes) {
        var masks = (Annotations.Masks) batch.annotations().orElseThrow();
        var first = masks.mask(0);
        int area = first.height() * first.width();
        var values = new byte[Math.multiplyExact(masks.size(), area)];
        for (int i = 0; i < masks.size(); i++) {
            var mask = masks.mask(i);
            requireBelow(classes, mask);
            System.arraycopy(mask.classes(), 0, values, i * area, area);
        }
        return TUint8.tensorOf(
                Shape.of(masks.size(), first.height(), first.width(), 1),
                DataBuffers.of(values, true, false));
    }

    private static void requireBelow(int classes, Mask mask) {
        for (byte stored : mask.classes()) {
            int pixel = stored & 0xff;
            if (pixel >= classes && pixel != Mask.IGNORE) {
                throw invalidInput(
                        "A mask has the class %d, but the model has %d classes (from 0)."
                                .formatted(pixel, classes),
                        "Name the data that the model was trained for; 255 marks pixels to ignore.");
            }
        }
    }

    /** By the pixels that are not ignored; 0 where all pixels of the batch are. */
    @Override
    public double share(Batch microBatch) {
        var all = microBatch.whole().masks().orElseThrow();
        var own = (Annotations.Masks) microBatch.annotations().orElseThrow();
        long total = counted(all);
        return total == 0 ? 0 : (double) counted(own) / total;
    }

    private long counted(Annotations.Masks masks) {
        return IntStream.range(0, masks.size()).mapToLong(i -> counted(masks.mask(i))).sum();
    }

    private long counted(Mask mask) {
        var fitting = output.map(size -> mask.resized(size.height(), size.width())).orElse(mask);
        long count = 0;
        for (byte stored : fitting.classes()) {
            count += (stored & 0xff) == Mask.IGNORE ? 0 : 1;
        }
        return count;
    }

    @Override
    public String describe() {
        return "masks of %s x %s, smoothing %s".formatted(head, weight, smoothing);
    }
}
