package io.pitlane.training;

/**
 * Some epochs of a training.
 *
 * @param first from 1
 * @param last not before the first
 */
record EpochRange(int first, int last) {
    EpochRange {
        if (first < 1 || last < first) {
            throw new IllegalArgumentException("epochs %d to %d".formatted(first, last));
        }
    }
}
