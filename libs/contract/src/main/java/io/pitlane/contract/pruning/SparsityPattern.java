package io.pitlane.contract.pruning;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A fixed pattern of zeros in a kernel. At each spatial position a kernel is a matrix {@code
 * [outputs, inputs]}: rows are output channels, columns are input channels, the axis over which the
 * layer sums.
 */
public sealed interface SparsityPattern {

    /**
     * N:M sparsity, written {@code 2:4}: of each {@code of} adjacent columns of a row, {@code kept}
     * weights stay (Mishra et al. 2021, "Accelerating Sparse Deep Neural Networks").
     *
     * @param kept weights of a group that stay, at least 1
     * @param of size of a group
     */
    record NofM(int kept, int of) implements SparsityPattern {

        /** Share of the weights that are removed. */
        public double sparsity() {
            return 1 - (double) kept / of;
        }
    }

    /**
     * Blocks that are removed as a whole, written {@code 1x4}.
     *
     * @param rows adjacent output channels
     * @param columns adjacent input channels
     */
    record Blocks(int rows, int columns) implements SparsityPattern {}

    /** Largest size of a group, and of a block in each direction. */
    int LARGEST = 64;

    /** The pattern of this text; empty where it is none. */
    static Optional<SparsityPattern> parse(String text) {
        var match = Pattern.compile("(\\d{1,2})([:x])(\\d{1,2})").matcher(text);
        if (!match.matches()) {
            return Optional.empty();
        }
        int first = Integer.parseInt(match.group(1));
        int second = Integer.parseInt(match.group(3));
        boolean isNofM = match.group(2).equals(":");
        boolean isValid =
                first >= 1
                        && second >= 1
                        && Math.max(first, second) <= LARGEST
                        && (isNofM ? first < second : first * second > 1);
        if (!isValid) {
            return Optional.empty();
        }
        return Optional.of(isNofM ? new NofM(first, second) : new Blocks(first, second));
    }
}
