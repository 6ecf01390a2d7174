package io.pitlane.cli.plan;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.runtime.GraphSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;

/** Idx files of random images, and the classes that a model gives them. */
final class SampleData {
    private static final int SIDE = 16;
    private static final int CHANNELS = 3;

    private SampleData() {}

    /** Writes {@code PART-images.idx} and {@code PART-labels.idx}. */
    static void write(Path folder, String part, int count, FlatGraph model, InputSpec input)
            throws IOException {
        var images = folder.resolve(part + "-images.idx");
        var pixels = new byte[count * SIDE * SIDE * CHANNELS];
        new Random(part.hashCode()).nextBytes(pixels);
        Files.write(images, idx(pixels, count, SIDE, SIDE, CHANNELS));
        Files.write(folder.resolve(part + "-labels.idx"), idx(labels(images, model, input), count));
    }

    private static byte[] labels(Path file, FlatGraph model, InputSpec input) {
        var images = ImageSources.open(new DataSource.Idx(file.toString(), null), Path.of(""));
        try (var session = GraphSession.open(model, input)) {
            var all = IntStream.range(0, images.size()).toArray();
            var batch = Preprocessor.of(input, session.input()).batch(images, all);
            var scores = session.run(batch).get(0);
            int classes = scores.values().length / images.size();
            var labels = new byte[images.size()];
            for (int i = 0; i < labels.length; i++) {
                int first = i * classes;
                labels[i] =
                        (byte)
                                IntStream.range(0, classes)
                                        .reduce(
                                                (a, b) ->
                                                        scores.values()[first + b]
                                                                        > scores.values()[first + a]
                                                                ? b
                                                                : a)
                                        .orElseThrow();
            }
            return labels;
        }
    }

    private static byte[] idx(byte[] values, int... shape) {
        var file = ByteBuffer.allocate(4 + 4 * shape.length + values.length);
        file.put(new byte[] {0, 0, 8, (byte) shape.length});
        IntStream.of(shape).forEach(file::putInt);
        return file.put(values).array();
    }
}
