package io.pitlane.data.source;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One array in NumPy's .npy format, versions 1 to 3: a magic string, the version, the length of a
 * header that is a Python dictionary, then the values in C or Fortran order.
 *
 * @param shape dimensions
 * @param type kind and size in bytes of a value, such as {@code |u1} or {@code <f4}
 * @param data the values as stored, in C order
 */
record NpyArray(int[] shape, String type, byte[] data) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int LONGEST_HEADER = 1 << 16;
    private static final int LARGEST = Integer.MAX_VALUE - 8;
    private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");
    private static final Pattern KNOWN_TYPE = Pattern.compile("[<>|=]?(b1|[iu][1248]|f[48])");

    /** Checks that this many bytes can be in the file and fit into memory. */
    interface Bound {
        void check(long bytes) throws IOException;
    }

    /**
     * Reads an array.
     *
     * @throws IOException when it is not such an array, or of a type that is not supported
     */
    static NpyArray read(DataInputStream in, Bound bound) throws IOException {
        if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
            throw new IOException("it is no .npy array");
        }
        int version = in.readUnsignedByte();
        in.readUnsignedByte();
        if (version < 1 || version > 3) {
            throw new IOException("it has version " + version + " of the .npy format, not 1 to 3");
        }
        var header = header(in, version);
        var type = find(TYPE, header, "type");
        if (!KNOWN_TYPE.matcher(type).matches()) {
            throw new IOException("its values are of type " + type + ", not numbers");
        }
        int[] shape = shape(find(SHAPE, header, "shape"));
        int item = type.charAt(type.length() - 1) - '0';
        long bytes = item;
        for (int size : shape) {
            bytes = Math.multiplyExact(bytes, size);
        }
        bound.check(bytes);
        if (bytes > LARGEST) {
            throw new IOException("it is larger than 2 GiB; store the images as files or TFRecord");
        }
        var data = new byte[(int) bytes];
        in.readFully(data);
        boolean fortran = find(ORDER, header, "order").equals("True");
        return new NpyArray(shape, type, fortran ? rowMajor(data, shape, item) : data);
    }

    private static String header(DataInputStream in, int version) throws IOException {
        var length = ByteBuffer.wrap(new byte[4]).order(ByteOrder.LITTLE_ENDIAN);
        in.readFully(length.array(), 0, version == 1 ? 2 : 4);
        int size = length.getInt(0);
        if (size < 0 || size > LONGEST_HEADER) {
            throw new IOException("its header is longer than " + LONGEST_HEADER + " bytes");
        }
        var bytes = new byte[size];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String find(Pattern pattern, String header, String what) throws IOException {
        Matcher found = pattern.matcher(header);
        if (!found.find()) {
            throw new IOException("its header has no " + what + " of plain numbers");
        }
        return found.group(1);
    }

    private static int[] shape(String written) throws IOException {
        try {
            return Arrays.stream(written.split(","))
                    .map(String::strip)
                    .filter(size -> !size.isEmpty())
                    .mapToInt(NpyArray::size)
                    .toArray();
        } catch (NumberFormatException e) {
            throw new IOException("its header has the shape (" + written + ")", e);
        }
    }

    private static int size(String written) {
        int size = Integer.parseInt(written);
        if (size < 0) {
            throw new NumberFormatException(written);
        }
        return size;
    }

    /** Converts Fortran (column-major) order to C (row-major) order. */
    private static byte[] rowMajor(byte[] data, int[] shape, int item) {
        var ordered = new byte[data.length];
        var at = new int[shape.length];
        var step = new int[shape.length];
        int product = item;
        for (int d = 0; d < shape.length; d++) {
            step[d] = product;
            product *= shape[d];
        }
        for (int out = 0; out < ordered.length; out += item) {
            int from = 0;
            for (int d = 0; d < shape.length; d++) {
                from += at[d] * step[d];
            }
            System.arraycopy(data, from, ordered, out, item);
            for (int d = shape.length - 1; d >= 0 && ++at[d] == shape[d]; d--) {
                at[d] = 0;
            }
        }
        return ordered;
    }

    /** Number of items along the first dimension; 1 for a scalar. */
    int count() {
        return shape.length == 0 ? 1 : shape[0];
    }

    /** Number of values. */
    int values() {
        return data.length / itemSize();
    }

    private int itemSize() {
        return type.charAt(type.length() - 1) - '0';
    }

    boolean isBytes() {
        return type.endsWith("u1");
    }

    boolean isFloat() {
        return type.charAt(type.length() - 2) == 'f';
    }

    boolean isWhole() {
        return !isFloat();
    }

    /** {@code count} values from {@code first} on, in row-major order, as float32. */
    float[] floats(int first, int count) {
        var values = new float[count];
        if (type.endsWith("f4")) {
            ordered().position(first * Float.BYTES).asFloatBuffer().get(values);
            return values;
        }
        for (int i = 0; i < count; i++) {
            values[i] = (float) value(first + i);
        }
        return values;
    }

    private ByteBuffer ordered() {
        return ByteBuffer.wrap(data)
                .order(type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    }

    /** Value {@code i} in row-major order, exact up to 2^53. */
    double value(int i) {
        var values = ordered();
        int at = i * itemSize();
        return switch (type.substring(type.length() - 2)) {
            case "b1", "u1" -> data[at] & 0xff;
            case "i1" -> data[at];
            case "i2" -> values.getShort(at);
            case "u2" -> values.getShort(at) & 0xffff;
            case "i4" -> values.getInt(at);
            case "u4" -> values.getInt(at) & 0xffff_ffffL;
            case "i8", "u8" -> values.getLong(at);
            case "f4" -> values.getFloat(at);
            default -> values.getDouble(at);
        };
    }

    /** The shape as Python writes it. */
    String shapeText() {
        return Arrays.toString(shape);
    }
}
