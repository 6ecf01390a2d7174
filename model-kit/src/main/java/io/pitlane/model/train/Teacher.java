package io.pitlane.model.train;

import static io.pitlane.contract.FailureException.invalidInput;

import io.pitlane.model.data.Batch;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.TensorRef;
import io.pitlane.model.runtime.GraphSession;
import java.util.Arrays;

/**
 * What the original model answers for every image, asked once and remembered as long as memory
 * allows.
 *
 * <p>Not thread-safe.
 */
final class Teacher {
    private final GraphSession session;
    private final TensorRef tensor;
    private final float[][] remembered;
    private long room = Runtime.getRuntime().maxMemory() / 8;

    /**
     * A teacher of one head.
     *
     * @param session the original model; not closed here
     * @param tensor the tensor to follow
     * @param images size of the set that batches come from
     */
    Teacher(GraphSession session, TensorRef tensor, int images) {
        this.session = session;
        this.tensor = tensor;
        this.remembered = new float[images][];
    }

    /** The answers for a batch, as rows of {@code width}. */
    FloatTensor answers(Batch batch, int width) {
        int[] indices = batch.indices();
        if (Arrays.stream(indices).anyMatch(i -> remembered[i] == null)) {
            return rows(ask(batch), width);
        }
        int each = remembered[indices[0]].length;
        var values = new float[indices.length * each];
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(remembered[indices[i]], 0, values, i * each, each);
        }
        return rows(values, width);
    }

    private float[] ask(Batch batch) {
        float[] values = session.run(batch.images(), tensor).values();
        int[] indices = batch.indices();
        int each = values.length / indices.length;
        for (int i = 0; i < indices.length && room > 0; i++) {
            if (remembered[indices[i]] == null) {
                remembered[indices[i]] = Arrays.copyOfRange(values, i * each, (i + 1) * each);
                room -= (long) each * Float.BYTES;
            }
        }
        return values;
    }

    private FloatTensor rows(float[] values, int width) {
        if (values.length % width != 0) {
            throw invalidInput(
                    "The model's output has %d values, which the original's %s does not have."
                            .formatted(width, tensor),
                    "Fine-tune with labels only: set softTargets to 0.");
        }
        return new FloatTensor(values, values.length / width, width);
    }
}
