package io.pitlane.formats.packed;

/**
 * Probabilities as logits and back, in integers: the decoder computes the same on every machine.
 * Logits are in units of 1/256, clamped to 11; probabilities in 1/65536.
 */
final class Logistic {
    /** One in logits. */
    static final int UNIT = 256;

    private static final int LIMIT = 11 * UNIT;
    private static final int WHOLE = 1 << BinaryCoder.PROBABILITY_BITS;
    private static final short[] LOGITS = logits();
    private static final short[] PROBABILITIES = probabilities();

    private Logistic() {}

    /** {@code round(256 ln(p / (1 - p)))} for a probability of 1 to 65535. */
    static int logit(int probability) {
        return LOGITS[probability];
    }

    /** {@code round(65536 / (1 + exp(-x / 256)))}, from 1 to 65535. */
    static int probability(int logit) {
        return PROBABILITIES[Math.max(-LIMIT, Math.min(LIMIT, logit)) + LIMIT] & 0xffff;
    }

    private static short[] logits() {
        var table = new short[WHOLE];
        for (int p = 1; p < WHOLE; p++) {
            double logit = StrictMath.log((double) p / (WHOLE - p));
            table[p] = (short) Math.max(-LIMIT, Math.min(LIMIT, Math.round(UNIT * logit)));
        }
        return table;
    }

    private static short[] probabilities() {
        var table = new short[2 * LIMIT + 1];
        for (int i = 0; i < table.length; i++) {
            double odds = StrictMath.exp((double) (LIMIT - i) / UNIT);
            table[i] = (short) Math.max(1, Math.min(WHOLE - 1, Math.round(WHOLE / (1 + odds))));
        }
        return table;
    }
}
