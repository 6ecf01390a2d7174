package io.pitlane.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes .npz files as numpy.savez_compressed does. */
public final class NpzFiles {
    private NpzFiles() {}

    /**
     * One array.
     *
     * @param name its key
     * @param type NumPy's type, such as {@code <f4}
     * @param shape dimensions, separated by commas
     * @param values the values, in row-major order
     */
    public record Array(String name, String type, String shape, byte[] values) {

        /** An array of float32. */
        public static Array floats(String name, float[] values, String shape) {
            var bytes = ByteBuffer.allocate(values.length * Float.BYTES);
            bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
            return new Array(name, "<f4", shape, bytes.array());
        }
    }

    public static void write(Path file, Array... arrays) throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (var array : arrays) {
                zip.putNextEntry(new ZipEntry(array.name() + ".npy"));
                var header =
                        "{'descr': '%s', 'fortran_order': False, 'shape': (%s,), }\n"
                                .formatted(array.type(), array.shape());
                zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
                zip.write(new byte[] {(byte) header.length(), 0});
                zip.write(header.getBytes(StandardCharsets.US_ASCII));
                zip.write(array.values());
            }
        }
    }
}
