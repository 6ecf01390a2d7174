package io.pitlane.tests.endtoend;

import io.pitlane.pipeline.artifact.Archive;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** The first of the example's test images, as IDX files. */
final class SmallImages {
    private static final int PIXELS = 28 * 28;
    private final Path folder;

    SmallImages(Path folder) {
        this.folder = folder;
    }

    /** A data set of so many images, packed. */
    Path packed(int count) throws IOException {
        var images = first("test-images-idx3-ubyte.gz", 2, count, PIXELS);
        var labels = first("test-labels-idx1-ubyte.gz", 0, count, 1);
        var packed = folder.resolve("data.tar.gz");
        Archive.packFiles(Map.of("images.gz", images, "labels.gz", labels), packed);
        return packed;
    }

    /** Magic number, count and further dimensions are four bytes each; then come the entries. */
    private Path first(String name, int dimensions, int count, int bytes) throws IOException {
        var whole =
                Path.of(System.getProperty("pitlane.root"))
                        .resolve("examples/fashion-mnist")
                        .resolve(name);
        var part = folder.resolve(name);
        try (var in = new DataInputStream(new GZIPInputStream(Files.newInputStream(whole)));
                var out = new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(part)))) {
            out.writeInt(in.readInt());
            in.readInt();
            out.writeInt(count);
            out.write(in.readNBytes(4 * dimensions + count * bytes));
        }
        return part;
    }
}
