package io.pitlane.formats.packed;

/**
 * Codes magnitudes of 1 and more by an Exp-Golomb code of adaptive bits: the position of the
 * leading one in unary, then the bits behind it. The first of them are predicted like those of the
 * unary part; the last ones only by their place.
 */
final class MagnitudeModel {
    /** Places of a leading one: room for the difference of two codes. */
    private static final int EXPONENTS = 20;

    /** Bits behind the leading one that are predicted by all before them. */
    private static final int TREE_BITS = 3;

    private static final int TREE = 1 << TREE_BITS;
    private static final int NODES = EXPONENTS * (TREE + 1);
    private static final int MEANS = 24;
    private static final int SIDES = 64;
    private static final int WINDOW = 250;
    private static final int INPUTS = 5;

    private final AdaptiveBits plain = new AdaptiveBits(NODES, 1023);
    private final AdaptiveBits byRow = new AdaptiveBits(NODES * MEANS, WINDOW);
    private final AdaptiveBits byColumn = new AdaptiveBits(NODES * MEANS, WINDOW);
    private final AdaptiveBits byNear = new AdaptiveBits(NODES * MEANS, WINDOW);
    private final AdaptiveBits bySide = new AdaptiveBits(NODES * SIDES, WINDOW);
    private final AdaptiveBits last = new AdaptiveBits(EXPONENTS * EXPONENTS, 1023);
    private final Mixer mixer = new Mixer(INPUTS, NODES, 160);

    private int row;
    private int column;
    private int near;
    private int side;

    /**
     * Codes a magnitude.
     *
     * @param magnitude at least 1; a decoder ignores it
     * @param rowMean mean magnitude in the row, in quarters
     * @param columnMean likewise in the column
     * @param nearMean of the codes around
     * @param beside a small number that tells more, below 64
     */
    int code(
            BinaryCoder coder,
            int magnitude,
            int rowMean,
            int columnMean,
            int nearMean,
            int beside) {
        row = bucket(rowMean);
        column = bucket(columnMean);
        near = bucket(nearMean);
        side = beside;
        int exponent = exponent(coder, 31 - Integer.numberOfLeadingZeros(magnitude));
        int value = 1;
        for (int i = exponent - 1; i >= 0; i--) {
            int bit = magnitude >>> i & 1;
            value =
                    value << 1
                            | (value < TREE
                                    ? mixed(coder, bit, exponent * (TREE + 1) + 1 + value)
                                    : rest(coder, bit, exponent * EXPONENTS + i));
        }
        return value;
    }

    private int exponent(BinaryCoder coder, int actual) {
        int exponent = 0;
        while (exponent < EXPONENTS - 1
                && mixed(coder, actual > exponent ? 1 : 0, exponent * (TREE + 1)) != 0) {
            exponent++;
        }
        return exponent;
    }

    private int mixed(BinaryCoder coder, int bit, int node) {
        int ofRow = node * MEANS + row;
        int ofColumn = node * MEANS + column;
        int ofNear = node * MEANS + near;
        int ofSide = node * SIDES + side;
        mixer.add(plain.probability(node));
        mixer.add(byRow.probability(ofRow));
        mixer.add(byColumn.probability(ofColumn));
        mixer.add(byNear.probability(ofNear));
        mixer.add(bySide.probability(ofSide));
        int decided = mixer.code(coder, bit, node);
        plain.update(node, decided);
        byRow.update(ofRow, decided);
        byColumn.update(ofColumn, decided);
        byNear.update(ofNear, decided);
        bySide.update(ofSide, decided);
        return decided;
    }

    private int rest(BinaryCoder coder, int bit, int place) {
        int decided = coder.code(bit, last.probability(place));
        last.update(place, decided);
        return decided;
    }

    /** Two ranges an octave. */
    private static int bucket(int mean) {
        if (mean < 2) {
            return mean;
        }
        int octave = 31 - Integer.numberOfLeadingZeros(mean);
        return Math.min(MEANS - 1, 2 * octave + (mean >>> octave - 1 & 1));
    }
}
