package io.pitlane.formats.packed;

/**
 * Codes one binary decision after another. A model of the data runs the same code over an encoder
 * and a decoder, and so makes the same predictions on both sides.
 */
interface BinaryCoder {
    /** Probabilities are in units of 1/65536. */
    int PROBABILITY_BITS = 16;

    /**
     * Codes a decision.
     *
     * @param bit 0 or 1: what an encoder writes; a decoder ignores it
     * @param probabilityOfOne in 1/65536, from 1 to 65535
     * @return the decision
     */
    int code(int bit, int probabilityOfOne);
}
