package io.pitlane.model.train;

import io.pitlane.model.graph.FloatTensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * A training state as bytes, big-endian: magic, version, fingerprint of the training, position,
 * best epoch, its constants, all variables (each group: count, then name, rank, dimensions,
 * values), and a CRC-32 of everything before.
 */
final class CheckpointFormat {
    private static final int MAGIC = 0x504C434B;
    private static final int VERSION = 1;

    private CheckpointFormat() {}

    /** A checkpoint that cannot be gone on from; the message says why. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        Unusable(String why) {
            super(why);
        }
    }

    static byte[] write(String fingerprint, TrainingState state) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            out.writeUTF(fingerprint);
            write(out, state.position());
            out.writeInt(state.best().epoch());
            out.writeDouble(state.best().loss());
            out.writeInt(state.best().epochsSince());
            write(out, state.best().constants());
            write(out, state.variables());
            out.writeInt(crc(bytes.toByteArray(), bytes.size()));
        } catch (IOException e) {
            throw new IllegalStateException("writing into memory failed", e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, Position position) throws IOException {
        out.writeInt(position.epoch());
        out.writeInt(position.batch());
        out.writeLong(position.step());
        out.writeDouble(position.lossSum());
        out.writeLong(position.images());
        out.writeDouble(position.rateFactor());
        out.writeInt(position.halvings());
    }

    private static void write(DataOutputStream out, Map<String, FloatTensor> tensors)
            throws IOException {
        out.writeInt(tensors.size());
        for (var entry : tensors.entrySet()) {
            out.writeUTF(entry.getKey());
            write(out, entry.getValue());
        }
    }

    private static void write(DataOutputStream out, FloatTensor tensor) throws IOException {
        out.writeInt(tensor.rank());
        for (long dimension : tensor.shape()) {
            out.writeLong(dimension);
        }
        var values = ByteBuffer.allocate(tensor.values().length * Float.BYTES);
        values.asFloatBuffer().put(tensor.values());
        out.write(values.array());
    }

    /**
     * Reads a state back.
     *
     * @throws Unusable when the bytes are damaged, of another version, or of another training
     */
    static TrainingState read(String fingerprint, byte[] bytes) throws Unusable {
        int content = bytes.length - Integer.BYTES;
        if (content < 0 || crc(bytes, content) != ByteBuffer.wrap(bytes).getInt(content)) {
            throw new Unusable("it is damaged");
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes, 0, content))) {
            require(in.readInt() == MAGIC, "it is no checkpoint");
            int version = in.readInt();
            require(version == VERSION, "it has version " + version + ", not " + VERSION);
            require(in.readUTF().equals(fingerprint), "it is of another training");
            var position = readPosition(in);
            var best = new Best(in.readInt(), in.readDouble(), in.readInt(), readTensors(in));
            return new TrainingState(position, best, readTensors(in));
        } catch (IOException e) {
            throw new Unusable("it ends too early");
        }
    }

    private static void require(boolean holds, String otherwise) throws Unusable {
        if (!holds) {
            throw new Unusable(otherwise);
        }
    }

    private static Position readPosition(DataInputStream in) throws IOException {
        return new Position(
                in.readInt(),
                in.readInt(),
                in.readLong(),
                in.readDouble(),
                in.readLong(),
                in.readDouble(),
                in.readInt());
    }

    private static Map<String, FloatTensor> readTensors(DataInputStream in) throws IOException {
        var tensors = new LinkedHashMap<String, FloatTensor>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            tensors.put(in.readUTF(), readTensor(in));
        }
        return tensors;
    }

    private static FloatTensor readTensor(DataInputStream in) throws IOException {
        var shape = new long[in.readInt()];
        int size = 1;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = in.readLong();
            size = Math.multiplyExact(size, Math.toIntExact(shape[i]));
        }
        var values = new float[size];
        ByteBuffer.wrap(in.readNBytes(size * Float.BYTES)).asFloatBuffer().get(values);
        return new FloatTensor(values, shape);
    }

    private static int crc(byte[] bytes, int length) {
        var crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
