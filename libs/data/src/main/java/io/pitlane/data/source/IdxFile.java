package io.pitlane.data.source;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.failure.FailureException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * An array of uint8 in the idx format, gzip or plain: two zero bytes, type 8, the rank, one
 * big-endian int32 per dimension, then the values in row-major order.
 *
 * @param shape dimensions; the first counts items
 * @param items the values, one array per item
 */
record IdxFile(int[] shape, List<byte[]> items) {
    private static final int UINT8 = 0x08;
    private static final int GZIP_MAGIC = 0x8b1f;

    // Deflate compresses by at most this ratio: a header that promises more is wrong.
    private static final long LARGEST_GZIP_RATIO = 1032;

    static IdxFile read(Path file) {
        try (var in = open(file)) {
            int[] shape = readShape(in, file);
            long size = Arrays.stream(shape).asLongStream().reduce(1, IdxFile::saturatingProduct);
            requirePossible(size, shape[0], file);
            var items = readItems(in, shape[0], shape[0] == 0 ? 0 : (int) (size / shape[0]));
            if (in.read() >= 0) {
                throw damaged(file, "is longer than its header says");
            }
            return new IdxFile(shape, items);
        } catch (NoSuchFileException e) {
            throw FailureException.invalidInput(
                            "There is no file " + file + ".",
                            "Check the path under data in the plan.")
                    .causedBy(e);
        } catch (EOFException e) {
            throw damaged(file, "ends before the values that its header promises").causedBy(e);
        } catch (ZipException e) {
            throw damaged(file, "is damaged gzip (" + e.getMessage() + ")").causedBy(e);
        } catch (IOException e) {
            throw damaged(file, "cannot be read (" + e.getMessage() + ")").causedBy(e);
        }
    }

    private static DataInputStream open(Path file) throws IOException {
        var raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        raw.mark(2);
        int magic = raw.read() | raw.read() << 8;
        raw.reset();
        InputStream in = magic == GZIP_MAGIC ? new GZIPInputStream(raw, 1 << 16) : raw;
        return new DataInputStream(new BufferedInputStream(in, 1 << 16));
    }

    private static int[] readShape(DataInputStream in, Path file) throws IOException {
        int zero = in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int rank = in.readUnsignedByte();
        if (zero != 0 || type != UINT8 || rank < 1 || rank > 4) {
            throw damaged(file, "is no idx file of unsigned bytes with 1 to 4 dimensions");
        }
        var shape = new int[rank];
        for (int i = 0; i < rank; i++) {
            shape[i] = in.readInt();
            if (shape[i] < 0 || i > 0 && shape[i] == 0) {
                throw damaged(file, "has a dimension of " + shape[i] + " in its header");
            }
        }
        return shape;
    }

    private static long saturatingProduct(long a, long b) {
        long high = Math.multiplyHigh(a, b);
        return high != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
    }

    private static void requirePossible(long size, int items, Path file) throws IOException {
        boolean tooLong = items > 0 && size / items > Integer.MAX_VALUE;
        if (tooLong || size / LARGEST_GZIP_RATIO > Files.size(file)) {
            throw damaged(file, "promises " + size + " bytes in its header, more than it can hold");
        }
    }

    private static List<byte[]> readItems(DataInputStream in, int count, int length)
            throws IOException {
        var items = new byte[count][];
        for (int i = 0; i < count; i++) {
            items[i] = new byte[length];
            in.readFully(items[i]);
        }
        return List.of(items);
    }

    private static FailureException damaged(Path file, String what) {
        return invalidInput("The file " + file + " " + what + ".", "Get a sound copy of the file.");
    }

    /** The values of a vector. */
    int[] values() {
        return IntStream.range(0, items.size()).map(i -> items.get(i)[0] & 0xff).toArray();
    }
}
