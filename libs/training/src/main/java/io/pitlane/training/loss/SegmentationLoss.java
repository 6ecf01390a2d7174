package io.pitlane.training.loss;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.data.Annotations;
import io.pitlane.data.Mask;
import io.pitlane.data.batch.Batch;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.training.head.Head;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.image.ResizeNearestNeighbor;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Cross-entropy with the class of every pixel, averaged over the pixels that are not ignored. Masks
 * are resized to the output with nearest-neighbour interpolation.
 *
 * @param head logits of a segmentation model, {@code [N, H, W, K]}
 * @param weight factor on the term
 * @param smoothing label smoothing, 0..1
 */
record SegmentationLoss(Head head, double weight, double smoothing) implements LossTerm {

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
                        Shape.of(unknown, unknown, unknown, 1), batch -> masks(batch, classes));
        var fitting = tf.reshape(resized(tf, masks, student.get(0)), tf.constant(new int[] {-1}));
        var ignored = tf.math.equal(fitting, tf.constant((float) Mask.IGNORE));
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

    private static Operand<TFloat32> resized(
            Ops tf, Operand<TFloat32> masks, Operand<TFloat32> output) {
        var size =
                tf.slice(tf.shape(output), tf.constant(new int[] {1}), tf.constant(new int[] {2}));
        return tf.image.resizeNearestNeighbor(
                masks, size, ResizeNearestNeighbor.halfPixelCenters(true));
    }

    private static Operand<TFloat32> single(
            Ops tf, Operand<TFloat32> classes, Operand<TFloat32> counted) {
        return tf.reshape(tf.math.mul(classes, counted), tf.constant(new int[] {-1, 1}));
    }

    private static Operand<TFloat32> oneHot(Ops tf, Operand<TFloat32> classes, int count) {
        return tf.oneHot(
                tf.dtypes.cast(classes, TInt32.class),
                tf.constant(count),
                tf.constant(1f),
                tf.constant(0f));
    }

    private Operand<TFloat32> smoothed(Ops tf, Operand<TFloat32> target, int classes) {
        return tf.math.add(
                tf.math.mul(target, tf.constant((float) (1 - smoothing))),
                tf.constant((float) (smoothing / classes)));
    }

    private static FloatTensor masks(Batch batch, int classes) {
        var masks = (Annotations.Masks) batch.annotations().orElseThrow();
        var first = masks.mask(0);
        int area = first.height() * first.width();
        var values = new float[masks.size() * area];
        for (int i = 0; i < masks.size(); i++) {
            write(masks.mask(i), classes, values, i * area);
        }
        return new FloatTensor(values, masks.size(), first.height(), first.width(), 1);
    }

    private static void write(Mask mask, int classes, float[] values, int from) {
        for (int p = 0; p < mask.classes().length; p++) {
            int pixel = mask.classes()[p] & 0xff;
            if (pixel >= classes && pixel != Mask.IGNORE) {
                throw invalidInput(
                        "A mask has the class %d, but the model has %d classes (from 0)."
                                .formatted(pixel, classes),
                        "Name the data that the model was trained for; 255 marks pixels to ignore.");
            }
            values[from + p] = pixel;
        }
    }

    @Override
    public String describe() {
        return "masks of %s x %s, smoothing %s".formatted(head, weight, smoothing);
    }
}
