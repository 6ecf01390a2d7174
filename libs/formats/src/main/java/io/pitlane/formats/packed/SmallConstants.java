package io.pitlane.formats.packed;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.pitlane.graph.FloatTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Constants that are too small for a stream of their own, in one stream: all float32 values as
 * planes of bytes, and the bytes of the others, one constant after another.
 */
final class SmallConstants {
    private static final int PLANES = 0;
    private static final int PLANES_FROM_BASE = 1;

    private final List<NodeDef> constants;
    private final BaseModel base;

    /**
     * Of these constants.
     *
     * @param constants with their values, or only with their types and shapes
     */
    SmallConstants(List<NodeDef> constants, BaseModel base) {
        this.constants = constants;
        this.base = base;
    }

    /** The constants as a stream. */
    byte[] pack() {
        var values = floats(constants);
        var words = stream(PLANES, BytePlanes.words(values));
        var like = baseValues(values.length);
        if (like.isEmpty()) {
            return words;
        }
        var differences = stream(PLANES_FROM_BASE, BytePlanes.differences(values, like.get()));
        return words.length <= differences.length ? words : differences;
    }

    private byte[] stream(int form, int[] words) {
        var others = ByteString.EMPTY;
        for (var constant : constants) {
            if (!isFloat(constant)) {
                others = others.concat(ModelContent.tensor(constant).getTensorContent());
            }
        }
        var bytes = new ByteArrayOutputStream();
        var out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeUInt32NoTag(form);
            BytePlanes.write(out, words);
            out.writeByteArrayNoTag(PlainBytes.pack(others.toByteArray()));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The values of the constants, in their order. */
    List<ByteString> unpack(byte[] stream) throws IOException {
        var in = CodedInputStream.newInstance(stream);
        int form = in.readUInt32();
        int floats = 0;
        int others = 0;
        for (var constant : constants) {
            int size = size(constant);
            floats += isFloat(constant) ? size / Float.BYTES : 0;
            others += isFloat(constant) ? 0 : size;
        }
        var words = BytePlanes.read(in, floats);
        var values =
                form == PLANES
                        ? BytePlanes.values(words)
                        : BytePlanes.moved(
                                words,
                                baseValues(floats)
                                        .orElseThrow(() -> new IOException("a base is missing")));
        var bytes = ByteString.copyFrom(PlainBytes.unpack(in.readByteArray(), others));
        if (!in.isAtEnd() || form > PLANES_FROM_BASE) {
            throw new IOException("the stream of small constants is not known");
        }
        return contents(new FloatTensor(values, values.length).toProto().getTensorContent(), bytes);
    }

    private List<ByteString> contents(ByteString floats, ByteString others) {
        var contents = new ArrayList<ByteString>();
        int float32 = 0;
        int other = 0;
        for (var constant : constants) {
            int size = size(constant);
            if (isFloat(constant)) {
                contents.add(floats.substring(float32, float32 + size));
                float32 += size;
            } else {
                contents.add(others.substring(other, other + size));
                other += size;
            }
        }
        return contents;
    }

    private static int size(NodeDef constant) {
        return (int) ModelContent.bytes(ModelContent.tensor(constant));
    }

    private static float[] floats(List<NodeDef> constants) {
        var content = ByteString.EMPTY;
        for (var constant : constants) {
            if (isFloat(constant)) {
                content = content.concat(ModelContent.tensor(constant).getTensorContent());
            }
        }
        return BytePlanes.floats(content);
    }

    /** The values of the same constants in the base, 0 where it has none; empty without a base. */
    private Optional<float[]> baseValues(int count) {
        if (base == BaseModel.NONE) {
            return Optional.empty();
        }
        var values = new float[count];
        int next = 0;
        for (var constant : constants) {
            if (isFloat(constant)) {
                int size = size(constant) / Float.BYTES;
                var like = base.like(constant);
                if (like.isPresent()) {
                    System.arraycopy(FloatTensor.of(like.get()).values(), 0, values, next, size);
                }
                next += size;
            }
        }
        return Optional.of(values);
    }

    private static boolean isFloat(NodeDef constant) {
        return ModelContent.tensor(constant).getDtype() == DataType.DT_FLOAT;
    }
}
