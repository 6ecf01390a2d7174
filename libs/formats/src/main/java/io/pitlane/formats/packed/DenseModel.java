package io.pitlane.formats.packed;

/**
 * Codes of which few are 0, such as those of 8 bits: there is little to predict but their size, and
 * many decisions a code. Each has one context, the mean magnitude in the row and in the column.
 */
final class DenseModel {
    /** Bits of the length of a magnitude, 0 to 20. */
    private static final int LENGTH_BITS = 5;

    private static final int LENGTHS = 1 << LENGTH_BITS;

    /** Bits behind the leading one that are predicted by all before them. */
    private static final int TREE_BITS = 2;

    private static final int TREE = 1 << TREE_BITS;
    private static final int MEANS = 24;
    private static final int LONGEST = 20;
    private static final int WINDOW = 1000;

    /** Codes that the mean of the column before counts for. */
    private static final int PRIOR = 16;

    /** Means are in quarters. */
    private static final int QUARTERS = 4;

    private final AdaptiveBits lengths = new AdaptiveBits(MEANS * LENGTHS, WINDOW);
    private final AdaptiveBits first = new AdaptiveBits(MEANS * LENGTHS * TREE, WINDOW);
    private final AdaptiveBits last = new AdaptiveBits(LENGTHS * LENGTHS, WINDOW);
    private final AdaptiveBits sign = new AdaptiveBits(1, WINDOW);
    private final CodeMatrix matrix;
    private final int[] codes;

    /**
     * A model of codes.
     *
     * @param codes in the order of coding; a decoder fills them
     */
    DenseModel(CodeMatrix matrix, int[] codes) {
        this.matrix = matrix;
        this.codes = codes;
    }

    /** Codes all codes. */
    void run(BinaryCoder coder) {
        var rowSums = new long[matrix.rows()];
        long lastMean = 0;
        int at = 0;
        for (int column = 0; column < matrix.columns(); column++) {
            long sum = PRIOR * lastMean;
            for (int row = 0; row < matrix.rows(); row++) {
                long ofColumn = (QUARTERS * sum) / (row + PRIOR);
                long ofRow = column == 0 ? ofColumn : QUARTERS * rowSums[row] / column;
                codes[at] = code(coder, codes[at], bucket((3 * ofColumn + ofRow) / 4));
                int magnitude = Math.abs(codes[at++]);
                rowSums[row] += magnitude;
                sum += magnitude;
            }
            lastMean = sum / (matrix.rows() + PRIOR);
        }
    }

    /** Two ranges an octave. */
    private static int bucket(long mean) {
        if (mean < 2) {
            return (int) mean;
        }
        int octave = Long.SIZE - 1 - Long.numberOfLeadingZeros(mean);
        return Math.min(MEANS - 1, 2 * octave + (int) (mean >>> octave - 1 & 1));
    }

    private int code(BinaryCoder coder, int code, int mean) {
        int magnitude = Math.abs(code);
        int length = length(coder, Integer.SIZE - Integer.numberOfLeadingZeros(magnitude), mean);
        if (length == 0) {
            return 0;
        }
        int value = 1;
        for (int i = length - 2; i >= 0; i--) {
            int bit = magnitude >>> i & 1;
            value =
                    value << 1
                            | (value < TREE
                                    ? decide(
                                            coder,
                                            first,
                                            (mean * LENGTHS + length) * TREE + value,
                                            bit)
                                    : decide(coder, last, length * LENGTHS + i, bit));
        }
        return decide(coder, sign, 0, code < 0 ? 1 : 0) != 0 ? -value : value;
    }

    private int length(BinaryCoder coder, int actual, int mean) {
        int node = 1;
        for (int i = LENGTH_BITS - 1; i >= 0; i--) {
            node = node << 1 | decide(coder, lengths, mean * LENGTHS + node, actual >>> i & 1);
        }
        return Math.min(LONGEST, node - LENGTHS);
    }

    private static int decide(BinaryCoder coder, AdaptiveBits bits, int context, int bit) {
        int decided = coder.code(bit, bits.probability(context));
        bits.update(context, decided);
        return decided;
    }
}
