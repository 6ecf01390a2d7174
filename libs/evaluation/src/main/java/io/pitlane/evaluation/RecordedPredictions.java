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
 * The predictions of the original in a file, which later models are compared with. If they exceed
 * the size limit, only those of every k-th image are recorded.
 *
 * <p>Written once, in the order of the images, then read any number of times. Closing deletes the
 * file.
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
     * Creates the file; it takes at most 2 GiB.
     *
     * @param folder folder of the file
     * @param images number of images in the set
     */
    public static RecordedPredictions in(Path folder, int images) {
        return in(folder, images, LIMIT);
    }

    static RecordedPredictions in(Path folder, int images, long limit) {
        try {
            return new RecordedPredictions(
                    Files.createTempFile(folder, "predictions", ".bin"), images, limit);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + folder, e);
        }
    }

    /** The k of "every k-th image"; 1 for all images. */
    public int every() {
        return every;
    }

    /** Whether the prediction for this image is recorded. */
    boolean isRecorded(int image) {
        return image % every == 0;
    }

    /** Records the prediction for an image, if {@link #isRecorded}. */
    void write(int image, Prediction prediction) {
        try {
            if (out == null) {
                every =
                        Math.toIntExact(
                                Math.max(1, (prediction.bytes() * images + limit - 1) / limit));
                out =
                        new DataOutputStream(
                                new BufferedOutputStream(Files.newOutputStream(file), BUFFER));
            }
            if (isRecorded(image)) {
                out.writeInt(prediction.values().size());
                for (var output : prediction.values().entrySet()) {
                    out.writeUTF(output.getKey());
                    write(output.getValue());
                }
                write(prediction.classes());
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

    /** Opens the recorded predictions, in the order of the images. */
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

    /** One pass over the recorded predictions. */
    static final class Reader implements AutoCloseable {
        private final DataInputStream in;

        private Reader(DataInputStream in) {
            this.in = in;
        }

        /** The next recorded prediction. */
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
                throw new UncheckedIOException("cannot read the predictions of the original", e);
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
