package io.pitlane.formats.packed;

/**
 * The context model of integer codes: what the next code is likely to be, by the codes around it
 * and by the row and column that it is in. A code is coded as a flag for zero, a sign and a
 * magnitude.
 *
 * <p>The same code runs over an encoder, which reads the codes, and a decoder, which fills them in.
 */
final class CodeModel {
    private static final int WHOLE = 1 << BinaryCoder.PROBABILITY_BITS;
    private static final int ZERO_WINDOW = 400;
    private static final int BUCKETS = 12;
    private static final int ROW_PRIOR = 3;
    private static final int COLUMN_PRIOR = 48;
    private static final int ZERO_INPUTS = 8;
    private static final int NEAR = 7;
    private static final int PREDICTED = 6;

    private final int rows;
    private final int columns;
    private final int lag;
    private final int[] codes;
    private final int[] predicted;

    private final int[] rowCounts;
    private final long[] rowSums;
    private int columnCount;
    private long columnSum;
    private int lastDensity = WHOLE / 2;

    private final AdaptiveBits density = new AdaptiveBits(1, 1023);
    private final AdaptiveBits byNeighbours = new AdaptiveBits(128 * PREDICTED, ZERO_WINDOW);
    private final AdaptiveBits byRowAndColumn = new AdaptiveBits(BUCKETS * BUCKETS, ZERO_WINDOW);
    private final AdaptiveBits byRowAndNear = new AdaptiveBits(BUCKETS * NEAR * 2, ZERO_WINDOW);
    private final AdaptiveBits byMagnitudes = new AdaptiveBits(256, ZERO_WINDOW);
    private final AdaptiveBits byPredicted = new AdaptiveBits(PREDICTED * NEAR, ZERO_WINDOW);
    private final Mixer zeros = new Mixer(ZERO_INPUTS, NEAR * PREDICTED, 200);
    private final SignModel signs = new SignModel();
    private final MagnitudeModel magnitudes = new MagnitudeModel();

    /**
     * A model of codes.
     *
     * @param lag rows between two inputs that are neighbours, such as pixels above each other
     * @param codes in the order of coding; a decoder fills them
     * @param predicted what each code is expected to be, in the same order; null where nothing is
     *     known
     */
    CodeModel(CodeMatrix matrix, int lag, int[] codes, int[] predicted) {
        this.rows = matrix.rows();
        this.columns = matrix.columns();
        this.lag = lag;
        this.codes = codes;
        this.predicted = predicted;
        this.rowCounts = new int[rows];
        this.rowSums = new long[rows];
    }

    /** Codes all codes. */
    void run(BinaryCoder coder) {
        for (int column = 0; column < columns; column++) {
            columnCount = 0;
            columnSum = 0;
            for (int row = 0; row < rows; row++) {
                int at = column * rows + row;
                codes[at] = code(coder, at, row, column);
                int magnitude = Math.abs(codes[at]);
                int counted = magnitude == 0 ? 0 : 1;
                rowCounts[row] += counted;
                columnCount += counted;
                rowSums[row] += magnitude;
                columnSum += magnitude;
            }
            lastDensity = density(columnCount, rows, lastDensity, 2);
        }
    }

    private int code(BinaryCoder coder, int at, int row, int column) {
        int up = row > 0 ? codes[at - 1] : 0;
        int left = column > 0 ? codes[at - rows] : 0;
        int lagged = row >= lag ? codes[at - lag] : 0;
        int expected = predicted == null ? 0 : predicted[at];
        int code = codes[at];
        if (zero(coder, at, row, column, up, left, lagged, expected)) {
            return 0;
        }
        int sign = signs.code(coder, code < 0 ? 1 : 0, row, up, left, lagged, expected);
        int near =
                2 * Math.abs(left) + 2 * Math.abs(up) + Math.abs(lagged) + 3 * Math.abs(expected);
        int magnitude =
                magnitudes.code(
                        coder,
                        Math.abs(code),
                        mean(rowSums[row], rowCounts[row]),
                        mean(columnSum, columnCount),
                        near,
                        predicted == null ? left != 0 ? 1 : 0 : Math.min(63, Math.abs(expected)));
        return sign != 0 ? -magnitude : magnitude;
    }

    private boolean zero(
            BinaryCoder coder,
            int at,
            int row,
            int column,
            int up,
            int left,
            int lagged,
            int expected) {
        int upLeft = column > 0 && row > 0 ? codes[at - rows - 1] : 0;
        int downLeft = column > 0 && row + 1 < rows ? codes[at - rows + 1] : 0;
        int second = row > 1 ? codes[at - 2] : 0;
        int secondLeft = column > 1 ? codes[at - 2 * rows] : 0;
        int neighbours =
                flag(up)
                        | flag(left) << 1
                        | flag(lagged) << 2
                        | flag(upLeft) << 3
                        | flag(downLeft) << 4
                        | flag(second) << 5
                        | flag(secondLeft) << 6;
        int near = Math.min(NEAR - 1, Integer.bitCount(neighbours));
        int ofPredicted = Math.min(PREDICTED - 1, Math.abs(expected));
        int tensor = density.probability(0);
        int ofRow = density(rowCounts[row], column, tensor, ROW_PRIOR);
        int ofColumn = density(columnCount, row, lastDensity, COLUMN_PRIOR);
        int rowBucket = bucket(ofRow);

        int first = neighbours * PREDICTED + ofPredicted;
        int second2 = rowBucket * BUCKETS + bucket(ofColumn);
        int third = (rowBucket * NEAR + near) * 2 + flag(lagged);
        int fourth = two(up) | two(left) << 2 | two(lagged) << 4 | two(upLeft) << 6;
        int fifth = ofPredicted * NEAR + near;
        zeros.add(ofRow);
        zeros.add(ofColumn);
        zeros.add(tensor);
        zeros.add(byNeighbours.probability(first));
        zeros.add(byRowAndColumn.probability(second2));
        zeros.add(byRowAndNear.probability(third));
        zeros.add(byMagnitudes.probability(fourth));
        zeros.add(byPredicted.probability(fifth));
        int bit = zeros.code(coder, flag(codes[at]), fifth);
        density.update(0, bit);
        byNeighbours.update(first, bit);
        byRowAndColumn.update(second2, bit);
        byRowAndNear.update(third, bit);
        byMagnitudes.update(fourth, bit);
        byPredicted.update(fifth, bit);
        return bit == 0;
    }

    private static int flag(int code) {
        return code == 0 ? 0 : 1;
    }

    private static int two(int code) {
        return Math.min(3, Math.abs(code));
    }

    /** The share of non-zero codes, as a probability, drawn towards an expected one. */
    private static int density(int count, int of, int expected, int prior) {
        long density = ((long) count * WHOLE + (long) prior * expected) / (of + prior);
        return (int) Math.max(16, Math.min(WHOLE - 16, density));
    }

    /** One of {@value #BUCKETS} ranges of a density's logit. */
    private static int bucket(int density) {
        int logit = Logistic.logit(density) + 6 * Logistic.UNIT;
        return Math.max(0, Math.min(BUCKETS - 1, logit / (Logistic.UNIT * 3 / 4)));
    }

    /** A mean magnitude in quarters; 0 where there are none. */
    private static int mean(long sum, int count) {
        return count == 0 ? 0 : (int) (4 * sum / count);
    }
}
