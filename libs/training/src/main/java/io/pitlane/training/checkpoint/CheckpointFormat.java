package io.pitlane.training.checkpoint;

import io.pitlane.graph.FloatTensor;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.zip.CRC32;

/**
 * The binary format of a training state, big-endian: magic number, version, fingerprint of the
 * training, position, best epoch with its constants, all variables, and the CRC-32 of all bytes
 * before. A text is stored as its length in bytes and UTF-8; a map of tensors as its size and, for
 * each entry, name, rank, dimensions and float32 values.
 */
final class CheckpointFormat {
    private static final int MAGIC = 0x504C434B;
    private static final int VERSION = 1;
    private static final int NUMBER_BYTES = 5 * Integer.BYTES + 5 * Long.BYTES;

    private CheckpointFormat() {}

    /** A checkpoint that cannot be resumed from; the message says why. */
    static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1;

        UnusableException(String why) {
            this(why, null);
        }

        UnusableException(String why, Throwable cause) {
            super(why, cause);
        }
    }

    /** Size of a state in bytes; empty if it exceeds the largest array. */
    static OptionalInt size(String fingerprint, TrainingState state) {
        long size =
                3L * Integer.BYTES
                        + size(fingerprint)
                        + NUMBER_BYTES
                        + size(state.best().constants())
                        + size(state.variables());
        return size > Integer.MAX_VALUE - 8 ? OptionalInt.empty() : OptionalInt.of((int) size);
    }

    private static long size(Map<String, FloatTensor> tensors) {
        long size = Integer.BYTES;
        for (var entry : tensors.entrySet()) {
            var tensor = entry.getValue();
            size += size(entry.getKey());
            size += Integer.BYTES + (long) Long.BYTES * tensor.rank();
            size += (long) Float.BYTES * tensor.values().length;
        }
        return size;
    }

    private static long size(String text) {
        return Integer.BYTES + text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Writes a state, for which {@link #size} must not be empty. */
    static byte[] write(String fingerprint, TrainingState state) {
        var out = ByteBuffer.allocate(size(fingerprint, state).orElseThrow());
        out.putInt(MAGIC).putInt(VERSION);
        write(out, fingerprint);
        write(out, state.position());
        out.putInt(state.best().epoch());
        out.putDouble(state.best().loss());
        out.putInt(state.best().epochsSince());
        write(out, state.best().constants());
        write(out, state.variables());
        return out.putInt(crc(out.array(), out.position())).array();
    }

    private static void write(ByteBuffer out, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        out.putInt(bytes.length).put(bytes);
    }

    private static void write(ByteBuffer out, TrainingPosition position) {
        out.putInt(position.epoch()).putInt(position.batch()).putLong(position.step());
        out.putDouble(position.lossSum()).putLong(position.images());
        out.putDouble(position.rateFactor()).putInt(position.halvings());
    }

    private static void write(ByteBuffer out, Map<String, FloatTensor> tensors) {
        out.putInt(tensors.size());
        tensors.forEach(
                (name, tensor) -> {
                    write(out, name);
                    out.putInt(tensor.rank());
                    for (long dimension : tensor.shape()) {
                        out.putLong(dimension);
                    }
                    out.asFloatBuffer().put(tensor.values());
                    out.position(out.position() + tensor.values().length * Float.BYTES);
                });
    }

    /**
     * Reads a state.
     *
     * @throws Unusable when the bytes are damaged, have another version, or belong to another
     *     training
     */
    static TrainingState read(String fingerprint, byte[] bytes) throws UnusableException {
        int length = bytes.length - Integer.BYTES;
        if (length < 0 || crc(bytes, length) != ByteBuffer.wrap(bytes).getInt(length)) {
            throw new UnusableException("it is damaged");
        }
        try {
            var in = ByteBuffer.wrap(bytes, 0, length);
            require(in.getInt() == MAGIC, "it is not a checkpoint");
            int version = in.getInt();
            require(version == VERSION, "it has version " + version + ", not " + VERSION);
            require(readText(in).equals(fingerprint), "it belongs to another training");
            var position = readPosition(in);
            var best = new BestEpoch(in.getInt(), in.getDouble(), in.getInt(), readTensors(in));
            return new TrainingState(position, best, readTensors(in));
        } catch (BufferUnderflowException e) {
            throw new UnusableException("it ends too early", e);
        }
    }

    private static void require(boolean holds, String otherwise) throws UnusableException {
        if (!holds) {
            throw new UnusableException(otherwise);
        }
    }

    private static String readText(ByteBuffer in) {
        var bytes = new byte[in.getInt()];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static TrainingPosition readPosition(ByteBuffer in) {
        return new TrainingPosition(
                in.getInt(),
                in.getInt(),
                in.getLong(),
                in.getDouble(),
                in.getLong(),
                in.getDouble(),
                in.getInt());
    }

    private static Map<String, FloatTensor> readTensors(ByteBuffer in) {
        var tensors = new LinkedHashMap<String, FloatTensor>();
        int count = in.getInt();
        for (int i = 0; i < count; i++) {
            tensors.put(readText(in), readTensor(in));
        }
        return tensors;
    }

    private static FloatTensor readTensor(ByteBuffer in) {
        var shape = new long[in.getInt()];
        int size = 1;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = in.getLong();
            size = Math.multiplyExact(size, Math.toIntExact(shape[i]));
        }
        var values = new float[size];
        in.asFloatBuffer().get(values);
        in.position(in.position() + size * Float.BYTES);
        return new FloatTensor(values, shape);
    }

    private static int crc(byte[] bytes, int length) {
        var crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
