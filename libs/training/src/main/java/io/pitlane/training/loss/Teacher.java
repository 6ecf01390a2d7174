package io.pitlane.training.loss;

import io.pitlane.contract.training.Training;
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
 * The outputs of another model for the images of a training: all tensors used as targets, from one
 * pass a batch, cached as long as memory allows. With augmentation nothing is cached, because the
 * teacher must see what the student sees.
 *
 * <p>Not thread-safe.
 */
public final class Teacher {
    private final FixedBatchRun model;
    private final int images;
    private final boolean remembers;
    private final Map<TensorRef, Answers> followed = new LinkedHashMap<>();
    private long budget = Runtime.getRuntime().maxMemory() / 8;
    private Batch present;

    /** The answers of one tensor: for each image that is remembered, and for the present batch. */
    private static final class Answers {
        private final float[][] remembered;
        private FloatTensor present;

        Answers(int images) {
            remembered = new float[images][];
        }
    }

    /**
     * A teacher of the images of one set.
     *
     * @param session the model; not closed here
     * @param images size of the set that batches come from
     * @param augmentation how the student's images are varied
     */
    public Teacher(GraphSession session, int images, Training.Augmentation augmentation) {
        this.model = new FixedBatchRun(session);
        this.images = images;
        this.remembers = augmentation.equals(Training.Augmentation.NONE);
    }

    /**
     * The values of one tensor for each batch, {@code [N, ...]}. All tensors are to be named before
     * the first batch.
     */
    public Function<Batch, FloatTensor> of(TensorRef tensor) {
        followed.computeIfAbsent(tensor, t -> new Answers(images));
        return batch -> answer(batch, tensor);
    }

    private FloatTensor answer(Batch batch, TensorRef tensor) {
        if (batch != present) {
            if (isRemembered(batch)) {
                followed.values().forEach(answers -> recall(answers, batch.indices()));
            } else {
                ask(batch);
            }
            present = batch;
        }
        return followed.get(tensor).present;
    }

    private boolean isRemembered(Batch batch) {
        return followed.values().stream()
                .allMatch(
                        answers ->
                                Arrays.stream(batch.indices())
                                        .noneMatch(i -> answers.remembered[i] == null));
    }

    private static void recall(Answers answers, int[] indices) {
        int each = answers.remembered[indices[0]].length;
        var values = new float[indices.length * each];
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(answers.remembered[indices[i]], 0, values, i * each, each);
        }
        answers.present = shapedAs(answers.present, values);
    }

    /** Batches differ in their first dimension only. */
    private static FloatTensor shapedAs(FloatTensor before, float[] values) {
        var shape = before.shape().clone();
        shape[0] = 1;
        shape[0] = values.length / Arrays.stream(shape).reduce(1, Math::multiplyExact);
        return new FloatTensor(values, shape);
    }

    private void ask(Batch batch) {
        var answered = model.run(batch.images(), List.copyOf(followed.keySet()));
        var each = new ArrayList<>(followed.values());
        for (int i = 0; i < each.size(); i++) {
            each.get(i).present = answered.get(i);
            if (remembers) {
                remember(each.get(i), batch.indices());
            }
        }
    }

    private void remember(Answers answers, int[] indices) {
        float[] values = answers.present.values();
        int each = values.length / indices.length;
        for (int i = 0; i < indices.length && budget > 0; i++) {
            if (answers.remembered[indices[i]] == null) {
                answers.remembered[indices[i]] =
                        Arrays.copyOfRange(values, i * each, (i + 1) * each);
                budget -= (long) each * Float.BYTES;
            }
        }
    }

    @Override
    public String toString() {
        return followed.keySet().stream()
                .map(TensorRef::toString)
                .collect(Collectors.joining(", ", "teacher of ", ""));
    }
}
