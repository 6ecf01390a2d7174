package io.pitlane.formats.packed;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.BitSet;

/**
 * The codes of one tensor as bytes: by the context model, or by Zstandard where that is shorter.
 *
 * @param codes in the order of the tensor
 * @param negativeZeros elements of code 0 whose value is -0
 */
record CodeStream(int[] codes, BitSet negativeZeros) {
    private static final int MODEL = 0;
    private static final int ZSTD = 1;
    private static final int DENSE = 2;

    /** Mean magnitude from which codes are dense. */
    private static final int MANY = 2;

    private static final int LONGEST_LAG = 64;
    private static final int ZERO_WINDOW = 250;

    /** Codes without negative zeros. */
    static CodeStream of(int[] codes) {
        return new CodeStream(codes, new BitSet());
    }

    /**
     * Writes the codes.
     *
     * @param predicted what they are expected to be, in the order of the tensor; null where nothing
     *     is known
     */
    void write(CodedOutputStream out, CodeMatrix matrix, int[] predicted) throws IOException {
        var scanned = matrix.scanned(codes);
        boolean signed = !negativeZeros.isEmpty();
        boolean dense = predicted == null && isDense();
        int lag = lag(matrix);
        var coder = new RangeEncoder();
        if (dense) {
            new DenseModel(matrix, scanned).run(coder);
        } else {
            new CodeModel(matrix, lag, scanned, scannedOrNull(matrix, predicted)).run(coder);
        }
        if (signed) {
            codeZeros(coder, codes, negativeZeros);
        }
        var modelled = coder.finish();
        var bytes = bytes(scanned);
        var plain = bytes == null || signed ? null : PlainBytes.pack(bytes);
        if (plain != null && plain.length < modelled.length) {
            out.writeUInt32NoTag(ZSTD);
            out.writeByteArrayNoTag(plain);
            return;
        }
        out.writeUInt32NoTag(dense ? DENSE : MODEL);
        out.writeBoolNoTag(signed);
        if (!dense) {
            out.writeUInt32NoTag(lag);
        }
        out.writeByteArrayNoTag(modelled);
    }

    private boolean isDense() {
        long sum = 0;
        for (int code : codes) {
            sum += Math.abs(code);
        }
        return sum >= (long) MANY * codes.length;
    }

    private static int[] scannedOrNull(CodeMatrix matrix, int[] predicted) {
        return predicted == null ? null : matrix.scanned(predicted);
    }

    /** Reads what {@link #write} wrote, with the same matrix and prediction. */
    static CodeStream read(CodedInputStream in, CodeMatrix matrix, int[] predicted)
            throws IOException {
        int method = in.readUInt32();
        if (method == ZSTD) {
            var bytes = PlainBytes.unpack(in.readByteArray(), matrix.size());
            var codes = new int[bytes.length];
            for (int i = 0; i < codes.length; i++) {
                codes[i] = bytes[i];
            }
            return of(matrix.inTensor(codes));
        }
        if (method != MODEL && method != DENSE) {
            throw new IOException("no coding of kind " + method + " is known");
        }
        boolean signed = in.readBool();
        int lag = method == DENSE ? 1 : in.readUInt32();
        if (lag < 1) {
            throw new IOException("a lag of " + lag);
        }
        var coder = new RangeDecoder(in.readByteArray(), 0);
        var codes = new int[matrix.size()];
        if (method == DENSE) {
            new DenseModel(matrix, codes).run(coder);
        } else {
            new CodeModel(matrix, lag, codes, scannedOrNull(matrix, predicted)).run(coder);
        }
        var stream = of(matrix.inTensor(codes));
        if (signed) {
            codeZeros(coder, stream.codes, stream.negativeZeros);
        }
        return stream;
    }

    /** The differences of the codes to others. */
    int[] minus(int[] others) {
        var differences = new int[codes.length];
        for (int i = 0; i < codes.length; i++) {
            differences[i] = codes[i] - others[i];
        }
        return differences;
    }

    /** The sums of the codes and others. */
    int[] plus(int[] others) {
        var sums = new int[codes.length];
        for (int i = 0; i < codes.length; i++) {
            sums[i] = codes[i] + others[i];
        }
        return sums;
    }

    private static void codeZeros(BinaryCoder coder, int[] codes, BitSet negative) {
        var bits = new AdaptiveBits(2, ZERO_WINDOW);
        int last = 0;
        for (int i = 0; i < codes.length; i++) {
            if (codes[i] == 0) {
                int bit = coder.code(negative.get(i) ? 1 : 0, bits.probability(last));
                bits.update(last, bit);
                negative.set(i, bit != 0);
                last = bit;
            }
        }
    }

    private static byte[] bytes(int[] codes) {
        var bytes = new byte[codes.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) codes[i];
            if (bytes[i] != codes[i]) {
                return null;
            }
        }
        return bytes;
    }

    /**
     * The distance of two rows whose non-zero codes are most alike in number, from 2: the width of
     * an image, or the channels of a kernel's position.
     */
    private int lag(CodeMatrix matrix) {
        int rows = matrix.rows();
        var counts = new long[rows];
        long sum = 0;
        for (int i = 0; i < codes.length; i++) {
            long magnitude = Math.min(Math.abs(codes[i]), 7);
            counts[i / matrix.columns()] += magnitude;
            sum += magnitude;
        }
        double mean = rows == 0 ? 0 : (double) sum / rows;
        int best = Math.max(2, rows);
        double highest = 0;
        for (int lag = 2; lag <= Math.min(LONGEST_LAG, rows / 2); lag++) {
            double product = 0;
            for (int row = lag; row < rows; row++) {
                product += (counts[row] - mean) * (counts[row - lag] - mean);
            }
            product /= rows - lag;
            if (product > highest) {
                highest = product;
                best = lag;
            }
        }
        return best;
    }
}
