package io.pitlane.bench;

import java.util.stream.IntStream;

/**
 * Who goes when in a round: each round starts one place further, and every second one goes
 * backwards, so that nobody always runs first or always in the wake of the same other (whose
 * weights then fill the caches).
 *
 * @param contenders how many there are
 */
record RoundOrder(int contenders) {

    /** The contenders' indices in the order of round {@code round}, from 0. */
    int[] of(int round) {
        boolean backwards = round % 2 == 1;
        int start = round % contenders;
        return IntStream.range(0, contenders)
                .map(i -> Math.floorMod(backwards ? start - i : start + i, contenders))
                .toArray();
    }
}
