package io.pitlane.formats.packed;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.pitlane.graph.FloatTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * One constant as a stream of its own, in the form that is smallest: codes on a grid, the non-zero
 * values of a pruned tensor, planes of bytes, or bytes as codes; each by itself or relative to the
 * constant of a base.
 */
final class ConstantCodec {
    private static final double FEW_ZEROS = 0.05;

    private ConstantCodec() {}

    /** The forms of a stream; their order is part of the format. */
    private enum Form {
        CODES,
        CODES_BY_BASE,
        CODES_FROM_BASE,
        NON_ZEROS,
        PLANES,
        PLANES_FROM_BASE,
        BYTES,
        BYTES_FROM_BASE
    }

    /** Writes the content of a form. */
    private interface Writing {
        void to(CodedOutputStream out) throws IOException;
    }

    /**
     * The smallest stream of float32 values.
     *
     * @param grid what the values are on, if anything
     * @param base the values of the same constant in the base; null without one
     */
    static byte[] pack(FloatTensor tensor, Optional<CodeGrid> grid, float[] base) {
        var forms = new ArrayList<byte[]>();
        var matrix = CodeMatrix.of(tensor.shape());
        grid.ifPresent(
                found -> addCodes(forms, GridCodes.of(found, tensor.values()), matrix, base));
        if (grid.isEmpty() && zeros(tensor.values()) > FEW_ZEROS) {
            forms.add(stream(Form.NON_ZEROS, out -> NonZeros.write(out, tensor.values(), matrix)));
        }
        if (grid.isEmpty()) {
            var words = BytePlanes.words(tensor.values());
            forms.add(stream(Form.PLANES, out -> BytePlanes.write(out, words)));
        }
        if (base != null) {
            var words = BytePlanes.differences(tensor.values(), base);
            forms.add(stream(Form.PLANES_FROM_BASE, out -> BytePlanes.write(out, words)));
        }
        return smallest(forms);
    }

    private static void addCodes(
            List<byte[]> forms, GridCodes codes, CodeMatrix matrix, float[] base) {
        forms.add(stream(Form.CODES, out -> codes.write(out, matrix)));
        if (base == null) {
            return;
        }
        forms.add(stream(Form.CODES_BY_BASE, out -> codes.writeByBase(out, matrix, base)));
        if (codes.codes().negativeZeros().isEmpty()) {
            forms.add(stream(Form.CODES_FROM_BASE, out -> codes.writeFromBase(out, matrix, base)));
        }
    }

    /** The smallest stream of signed or unsigned bytes. */
    static byte[] pack(ByteString content, CodeMatrix matrix, ByteString base) {
        var forms = new ArrayList<byte[]>();
        var codes = CodeStream.of(ByteCodes.of(content));
        forms.add(stream(Form.BYTES, out -> codes.write(out, matrix, null)));
        if (base != null) {
            var moved = CodeStream.of(codes.minus(ByteCodes.of(base)));
            forms.add(stream(Form.BYTES_FROM_BASE, out -> moved.write(out, matrix, null)));
        }
        return smallest(forms);
    }

    /**
     * The content of a constant.
     *
     * @param proto its type and shape
     * @param base the same constant in the base; null where it has none of this type and shape
     * @param constants the float32 constants of the graph that are known, by the index of their
     *     node
     */
    static ByteString unpack(
            byte[] stream, TensorProto proto, NodeDef base, IntFunction<FloatTensor> constants)
            throws IOException {
        var in = CodedInputStream.newInstance(stream);
        int number = in.readUInt32();
        if (number < 0 || number >= Form.values().length) {
            throw new IOException("no form " + number + " is known");
        }
        var form = Form.values()[number];
        var shape =
                proto.getTensorShape().getDimList().stream().mapToLong(d -> d.getSize()).toArray();
        var matrix = CodeMatrix.of(shape);
        boolean relative = form.name().endsWith("BASE");
        if (relative && base == null) {
            throw new IOException("the base lacks a constant");
        }
        var content =
                switch (form) {
                    case BYTES -> ByteCodes.bytes(CodeStream.read(in, matrix, null).codes());
                    case BYTES_FROM_BASE ->
                            ByteCodes.bytes(
                                    CodeStream.read(in, matrix, null)
                                            .plus(ByteCodes.of(content(base))));
                    default ->
                            content(
                                    floats(
                                            form,
                                            in,
                                            shape,
                                            relative ? FloatTensor.of(base).values() : null,
                                            constants));
                };
        if (!in.isAtEnd()) {
            throw new IOException("a stream goes on behind its end");
        }
        return content;
    }

    private static float[] floats(
            Form form,
            CodedInputStream in,
            long[] shape,
            float[] base,
            IntFunction<FloatTensor> constants)
            throws IOException {
        var matrix = CodeMatrix.of(shape);
        return switch (form) {
            case CODES -> GridCodes.read(in, matrix, shape, constants);
            case CODES_BY_BASE -> GridCodes.readByBase(in, matrix, shape, constants, base);
            case CODES_FROM_BASE -> GridCodes.readFromBase(in, matrix, shape, constants, base);
            case NON_ZEROS -> NonZeros.read(in, matrix);
            case PLANES -> BytePlanes.values(BytePlanes.read(in, matrix.size()));
            case PLANES_FROM_BASE -> BytePlanes.moved(BytePlanes.read(in, matrix.size()), base);
            case BYTES, BYTES_FROM_BASE -> throw new IOException("bytes in place of floats");
        };
    }

    private static double zeros(float[] values) {
        int zeros = 0;
        for (float value : values) {
            zeros += value == 0 ? 1 : 0;
        }
        return (double) zeros / values.length;
    }

    private static ByteString content(float[] values) {
        return new FloatTensor(values, values.length).toProto().getTensorContent();
    }

    private static ByteString content(NodeDef constant) {
        return constant.getAttrOrThrow("value").getTensor().getTensorContent();
    }

    private static byte[] stream(Form form, Writing writing) {
        var bytes = new ByteArrayOutputStream();
        var out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeUInt32NoTag(form.ordinal());
            writing.to(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] smallest(List<byte[]> forms) {
        return forms.stream().min(Comparator.comparingInt(form -> form.length)).orElseThrow();
    }
}
