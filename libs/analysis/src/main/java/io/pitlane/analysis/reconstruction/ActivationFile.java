package io.pitlane.analysis.reconstruction;

import io.pitlane.graph.FloatTensor;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tensors in a file, one after the other. */
public final class ActivationFile {
    private static final int BUFFER = 1 << 20;

    private ActivationFile() {}

    /** Writes a file. */
    public static Writer write(Path file) throws IOException {
        return new Writer(
                new DataOutputStream(
                        new BufferedOutputStream(Files.newOutputStream(file), BUFFER)));
    }

    /** Reads a file. */
    public static Reader read(Path file) throws IOException {
        return new Reader(
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER)));
    }

    /** Adds tensors to a file. */
    public record Writer(DataOutputStream out) implements AutoCloseable {

        /** Adds one. */
        public void add(FloatTensor tensor) {
            try {
                out.writeInt(tensor.rank());
                for (long length : tensor.shape()) {
                    out.writeLong(length);
                }
                var bytes = ByteBuffer.allocate(Float.BYTES * tensor.values().length);
                bytes.asFloatBuffer().put(tensor.values());
                out.write(bytes.array());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    /** Returns the tensors of a file in their order. */
    public record Reader(DataInputStream in) implements AutoCloseable {

        /** The next one. */
        public FloatTensor next() throws IOException {
            var shape = new long[in.readInt()];
            int size = 1;
            for (int axis = 0; axis < shape.length; axis++) {
                shape[axis] = in.readLong();
                size *= (int) shape[axis];
            }
            var values = new float[size];
            ByteBuffer.wrap(in.readNBytes(Float.BYTES * size)).asFloatBuffer().get(values);
            return new FloatTensor(values, shape);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
