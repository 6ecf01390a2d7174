package io.pitlane.data.source;

import io.pitlane.contract.data.DataSource;
import io.pitlane.data.ImageSet;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a class-balanced subset of a labelled set in idx files, as gzip-compressed idx files.
 *
 * <pre>{@code
 * IdxSubset images.gz labels.gz 10500 17 out/images.gz out/labels.gz
 * }</pre>
 */
public final class IdxSubset {
    private static final int UINT8 = 0x08;

    private IdxSubset() {}

    /**
     * Writes the subset.
     *
     * @param arguments images, labels, number of images, seed, output file of the images, output
     *     file of the labels
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 6) {
            System.err.println("usage: IdxSubset IMAGES LABELS COUNT SEED IMAGES_OUT LABELS_OUT");
            System.exit(2);
        }
        var all =
                ImageSources.open(
                        new DataSource.Idx(arguments[0], arguments[1]),
                        Path.of("").toAbsolutePath());
        int[] chosen =
                choose(
                        all.labels().orElseThrow(),
                        Integer.parseInt(arguments[2]),
                        Long.parseLong(arguments[3]));
        var subset = all.subset(chosen);
        writeImages(subset, Path.of(arguments[4]));
        writeLabels(subset, Path.of(arguments[5]));
    }

    /** Positions of {@code count} images, equally many per class, shuffled. */
    static int[] choose(int[] labels, int count, long seed) {
        var order = new ArrayList<>(IntStream.range(0, labels.length).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        var seen = new int[256];
        var rounds = new int[labels.length];
        order.forEach(i -> rounds[i] = seen[labels[i]]++);
        List<Integer> wanted =
                order.stream()
                        .sorted((a, b) -> Integer.compare(rounds[a], rounds[b]))
                        .limit(count)
                        .toList();
        return order.stream().filter(new HashSet<>(wanted)::contains).mapToInt(i -> i).toArray();
    }

    private static void writeImages(ImageSet images, Path file) throws IOException {
        var first = images.image(0);
        try (var out = idx(file, images.size(), first.height(), first.width())) {
            for (int i = 0; i < images.size(); i++) {
                out.write(images.image(i).pixels());
            }
        }
    }

    private static void writeLabels(ImageSet images, Path file) throws IOException {
        try (var out = idx(file, images.size())) {
            for (int label : images.labels().orElseThrow()) {
                out.writeByte(label);
            }
        }
    }

    private static DataOutputStream idx(Path file, int... shape) throws IOException {
        var out = new DataOutputStream(new BufferedOutputStream(smallGzip(file)));
        out.writeShort(0);
        out.writeByte(UINT8);
        out.writeByte(shape.length);
        for (int size : shape) {
            out.writeInt(size);
        }
        return out;
    }

    private static OutputStream smallGzip(Path file) throws IOException {
        return new GZIPOutputStream(Files.newOutputStream(file)) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        };
    }
}
