package io.pitlane.formats.packed;

import java.util.Arrays;

/**
 * The probability of a one in each of many contexts, learned from the decisions in it: the mean of
 * one that follows the average of all decisions, then a window of {@code window}, and one of a
 * fixed fast rate.
 */
final class AdaptiveBits {
    private static final int SLOW_BITS = 22;
    private static final int COUNT_BITS = 10;
    private static final int COUNT_MASK = (1 << COUNT_BITS) - 1;
    private static final int HALF = 1 << BinaryCoder.PROBABILITY_BITS - 1;
    private static final int FAST_SHIFT = 5;
    private static final int MEAN_SHIFT = SLOW_BITS - BinaryCoder.PROBABILITY_BITS;
    private static final int[] RATES = rates();

    private final int[] slow;
    private final char[] fast;
    private final int window;

    /**
     * Contexts that have seen nothing yet.
     *
     * @param window decisions that the slow probability remembers, at most 1023
     */
    AdaptiveBits(int contexts, int window) {
        this.slow = new int[contexts];
        this.fast = new char[contexts];
        this.window = window;
        Arrays.fill(slow, 1 << SLOW_BITS - 1 + COUNT_BITS);
        Arrays.fill(fast, (char) HALF);
    }

    /** The probability of a one in a context. */
    int probability(int context) {
        int mean = (7 * (slow[context] >>> COUNT_BITS + MEAN_SHIFT) + fast[context]) >>> 3;
        return Math.max(1, Math.min((1 << BinaryCoder.PROBABILITY_BITS) - 1, mean));
    }

    /** Learns a decision. */
    void update(int context, int bit) {
        int state = slow[context];
        int count = state & COUNT_MASK;
        int p = state >>> COUNT_BITS;
        int target = (1 << SLOW_BITS) - 1 & -bit;
        p += (int) ((long) (target - p) * RATES[count] >> 16);
        slow[context] = p << COUNT_BITS | (count < window ? count + 1 : count);
        int target16 = (1 << BinaryCoder.PROBABILITY_BITS) - 1 & -bit;
        fast[context] = (char) (fast[context] + (target16 - fast[context] >> FAST_SHIFT));
    }

    /** 65536 / (n + 1.5). */
    private static int[] rates() {
        var rates = new int[COUNT_MASK + 1];
        for (int n = 0; n < rates.length; n++) {
            rates[n] = (1 << 17) / (2 * n + 3);
        }
        return rates;
    }
}
