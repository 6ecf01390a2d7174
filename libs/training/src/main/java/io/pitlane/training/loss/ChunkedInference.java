package io.pitlane.training.loss;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.GraphSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs a model on batches of any size. For a model of fixed batch size the batch is split into
 * chunks, the last of them padded with its last image.
 */
record ChunkedInference(GraphSession session) {

    /** The values of the tensors for a batch, {@code [N, ...]} each. */
    List<FloatTensor> run(FloatTensor images, List<TensorRef> tensors) {
        int count = (int) images.shape()[0];
        var shape = session.input().shape();
        int fixed = shape == null || shape.isEmpty() ? -1 : Math.toIntExact(shape.get(0));
        if (fixed < 0 || fixed == count) {
            return session.run(images, tensors);
        }
        var chunks = new ArrayList<List<FloatTensor>>();
        for (int from = 0; from < count; from += fixed) {
            int first = from;
            int[] rows =
                    IntStream.range(0, fixed).map(i -> Math.min(first + i, count - 1)).toArray();
            chunks.add(session.run(images.select(0, rows), tensors));
        }
        return IntStream.range(0, tensors.size())
                .mapToObj(
                        k ->
                                concat(
                                        chunks.stream().map(chunk -> chunk.get(k)).toList(),
                                        count,
                                        fixed))
                .toList();
    }

    private static FloatTensor concat(List<FloatTensor> chunks, int count, int fixed) {
        int each = chunks.get(0).values().length / fixed;
        var values = new float[count * each];
        for (int i = 0; i < chunks.size(); i++) {
            int from = i * fixed * each;
            int length = Math.min(fixed * each, values.length - from);
            System.arraycopy(chunks.get(i).values(), 0, values, from, length);
        }
        var shape = chunks.get(0).shape().clone();
        shape[0] = 1;
        shape[0] = values.length / Arrays.stream(shape).reduce(1, Math::multiplyExact);
        return new FloatTensor(values, shape);
    }
}
