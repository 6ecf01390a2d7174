package io.pitlane.training.loss;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.training.Training;
import io.pitlane.data.MemoryBudget;
import io.pitlane.data.batch.Batch;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.GraphSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Runs the teacher model. One forward pass per batch gives all tensors that loss terms use as
 * targets. Outputs are cached if those of all images fit into the {@linkplain
 * MemoryBudget#teacherCache() budget of the process}: batches are shuffled, so that a cache of some
 * images would hardly ever have all of a batch. With augmentation nothing is cached, because the
 * teacher must see the same augmented images as the student.
 *
 * <p>Not thread-safe.
 */
public final class Teacher {
    private final ChunkedInference model;
    private final int images;
    private boolean isCaching;
    private final Map<TensorRef, TeacherOutput> outputs = new LinkedHashMap<>();
    private Batch currentBatch;

    /** One output tensor: cached values by image, and the values for the current batch. */
    private static final class TeacherOutput {
        private final float[][] cached;
        private long[] shape;
        private FloatTensor current;

        TeacherOutput(int images) {
            cached = new float[images][];
        }
    }

    /**
     * Creates a teacher for the images of one set.
     *
     * @param session the teacher model; the caller closes it
     * @param images number of images in the set
     * @param augmentation augmentation of the training images
     */
    public Teacher(GraphSession session, int images, Training.Augmentation augmentation) {
        this.model = new ChunkedInference(session);
        this.images = images;
        this.isCaching = augmentation.equals(Training.Augmentation.NONE);
    }

    /**
     * The values of one tensor for a batch, {@code [N, ...]}. Call it for every tensor before the
     * first batch. A value that is not finite ends the training with INVALID_INPUT.
     */
    public Function<Batch, FloatTensor> of(TensorRef tensor) {
        outputs.computeIfAbsent(tensor, t -> new TeacherOutput(images));
        return batch -> output(batch, tensor);
    }

    private FloatTensor output(Batch batch, TensorRef tensor) {
        if (batch != currentBatch) {
            if (isCached(batch)) {
                outputs.values().forEach(each -> readCache(each, batch.indices()));
            } else {
                infer(batch);
            }
            currentBatch = batch;
        }
        return outputs.get(tensor).current;
    }

    private boolean isCached(Batch batch) {
        return outputs.values().stream()
                .allMatch(
                        each ->
                                Arrays.stream(batch.indices())
                                        .noneMatch(i -> each.cached[i] == null));
    }

    private static void readCache(TeacherOutput output, int[] indices) {
        int length = output.cached[indices[0]].length;
        var values = new float[indices.length * length];
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(output.cached[indices[i]], 0, values, i * length, length);
        }
        output.current = shapedAs(output.shape, values);
    }

    /** Outputs of batches differ in their first dimension only. */
    private static FloatTensor shapedAs(long[] before, float[] values) {
        var shape = before.clone();
        shape[0] = 1;
        shape[0] = values.length / Arrays.stream(shape).reduce(1, Math::multiplyExact);
        return new FloatTensor(values, shape);
    }

    private void infer(Batch batch) {
        // The outputs before may be as large as the new ones: both need not fit in memory.
        outputs.values().forEach(each -> each.current = null);
        var inferred = model.run(batch.images(), List.copyOf(outputs.keySet()));
        requireFinite(inferred, batch.indices());
        isCaching &= fitsCache(inferred, batch.indices().length);
        var all = new ArrayList<>(outputs.values());
        for (int i = 0; i < all.size(); i++) {
            all.get(i).current = inferred.get(i);
            all.get(i).shape = inferred.get(i).shape();
            if (isCaching) {
                writeCache(all.get(i), batch.indices());
            }
        }
    }

    private void requireFinite(List<FloatTensor> inferred, int[] indices) {
        int k = 0;
        for (var tensor : outputs.keySet()) {
            float[] values = inferred.get(k++).values();
            for (int i = 0; i < values.length; i++) {
                if (!Float.isFinite(values[i])) {
                    int image = indices[i / (values.length / indices.length)];
                    throw invalidInput(
                            "The teacher's output '%s' is %s for training image %d."
                                    .formatted(tensor, values[i], image),
                            "Check that input in the plan matches the training of the teacher, and"
                                    + " that its weights are finite.");
                }
            }
        }
    }

    private boolean fitsCache(List<FloatTensor> inferred, int batch) {
        long perImage = 0;
        for (var output : inferred) {
            perImage += (long) output.values().length / batch * Float.BYTES;
        }
        return perImage * images <= MemoryBudget.ofProcess().teacherCache();
    }

    private static void writeCache(TeacherOutput output, int[] indices) {
        float[] values = output.current.values();
        int length = values.length / indices.length;
        for (int i = 0; i < indices.length; i++) {
            if (output.cached[indices[i]] == null) {
                output.cached[indices[i]] =
                        Arrays.copyOfRange(values, i * length, (i + 1) * length);
            }
        }
    }

    @Override
    public String toString() {
        return outputs.keySet().stream()
                .map(TensorRef::toString)
                .collect(Collectors.joining(", ", "teacher of ", ""));
    }
}
