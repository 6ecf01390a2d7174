package io.pitlane.evaluation;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

/**
 * The original's answers on disk, for later models to be held against, so that memory holds those
 * of one image at a time. Where all would take more than the limit, those of every k-th image are
 * kept.
 *
 * <p>Written once, from the first image to the last, then read as often as wanted. Close it, which
 * deletes the file.
 */
public final class RecordedPredictions implements AutoCloseable {
    private static final long LIMIT = 2L << 30;
    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final int images;
    private final long limit;
    private DataOutputStream out;
    private int every = 1;

    private RecordedPredictions(Path file, int images, long limit) {
        this.file = file;
        this.images = images;
        this.limit = limit;
    }

    /**
     * Room for the answers to a set, at most 2 GiB.
     *
     * @param folder where the file is put
     * @param images number of images in the set
     */
    public static RecordedPredictions in(Path folder, int images) {
        return in(folder, images, LIMIT);
    }

    static RecordedPredictions in(Path folder, int images, long limit) {
        try {
            return new RecordedPredictions(
                    Files.createTempFile(folder, "answers", ".bin"), images, limit);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + folder, e);
        }
    }

    /** Every how many images one is compared; 1 for all of them. */
    public int every() {
        return every;
    }

    /** Whether the answer to this image is kept. */
    boolean keeps(int image) {
        return image % every == 0;
    }

    /** Keeps the answer to an image, if it is one of those kept. */
    void write(int image, Prediction answer) {
        try {
            if (out == null) {
                every = Math.toIntExact(Math.max(1, (answer.bytes() * images + limit - 1) / limit));
                out =
                        new DataOutputStream(
                                new BufferedOutputStream(Files.newOutputStream(file), BUFFER));
            }
            if (keeps(image)) {
                out.writeInt(answer.values().size());
                for (var output : answer.values().entrySet()) {
                    out.writeUTF(output.getKey());
                    write(output.getValue());
                }
                write(answer.classes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private void write(float[] values) throws IOException {
        var bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES));
        bytes.asFloatBuffer().put(values);
        out.writeInt(values.length);
        out.write(bytes.array());
    }

    private void write(int[] values) throws IOException {
        var bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Integer.BYTES));
        bytes.asIntBuffer().put(values);
        out.writeInt(values.length);
        out.write(bytes.array());
    }

    /** The kept answers, in the order they were written in. */
    Reader read() {
        try {
            if (out != null) {
                out.flush();
            }
            return new Reader(
                    new DataInputStream(
                            new BufferedInputStream(Files.newInputStream(file), BUFFER)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** One pass over the kept answers; close it. */
    static final class Reader implements AutoCloseable {
        private final DataInputStream in;

        private Reader(DataInputStream in) {
            this.in = in;
        }

        /** The next kept answer. */
        Prediction next() {
            try {
                var values = new TreeMap<String, float[]>();
                int outputs = in.readInt();
                for (int i = 0; i < outputs; i++) {
                    var name = in.readUTF();
                    var buffer = bytes();
                    var floats = new float[buffer.remaining() / Float.BYTES];
                    buffer.asFloatBuffer().get(floats);
                    values.put(name, floats);
                }
                var buffer = bytes();
                var classes = new int[buffer.remaining() / Integer.BYTES];
                buffer.asIntBuffer().get(classes);
                return new Prediction(values, classes);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read the original's answers back", e);
            }
        }

        private ByteBuffer bytes() throws IOException {
            return ByteBuffer.wrap(in.readNBytes(Math.multiplyExact(in.readInt(), 4)));
        }

        @Override
        public void close() {
            try {
                in.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        try {
            if (out != null) {
                out.close();
            }
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + file, e);
        }
    }
}
