package io.pitlane.nas;

import io.pitlane.contract.step.SearchSpace.Activation;
import io.pitlane.contract.step.SearchSpace.Block;
import java.util.ArrayList;
import java.util.List;

/**
 * The encoding of an architecture: a record, and a short text form that {@link #parse} reads.
 *
 * <pre>{@code
 * genome = stem ("|" stage)+
 * stem   = "s" width ["k" kernel] ["s" stride] ["a" activation]
 * stage  = kind width ["x" depth] ["k" kernel] ["s" stride] ["e" expansion] ["a" activation]
 * kind   = "c" (conv) | "r" (residual) | "d" (separable) | "i" (inverted)
 * activation = "r" (relu) | "6" (relu6) | "s" (swish)
 * }</pre>
 *
 * The defaults are {@code x1 k3 s1 e1 ar}, as in {@code s16|c32x2|i64k5s2e4a6}.
 *
 * @param stem the first convolution
 * @param stages sequences of blocks, first to last, at least one
 */
record Genome(Stem stem, List<Stage> stages) {

    /**
     * The first convolution.
     *
     * @param width channels
     * @param kernel size of the kernel, odd
     * @param stride stride of the kernel
     * @param activation activation after its batch norm
     */
    record Stem(int width, int kernel, int stride, Activation activation) {
        @Override
        public String toString() {
            return GenomeFormat.of(this);
        }
    }

    /**
     * A sequence of blocks of one kind.
     *
     * @param block kind of the blocks
     * @param width output channels of each block
     * @param depth number of blocks
     * @param kernel size of the kernels, odd
     * @param stride stride of the first block; the others have 1
     * @param expansion for inverted blocks, inner channels over input channels; for the others
     *     always 1
     * @param activation activation after batch norm
     */
    record Stage(
            Block block,
            int width,
            int depth,
            int kernel,
            int stride,
            int expansion,
            Activation activation) {

        Stage {
            expansion = block == Block.INVERTED ? expansion : 1;
        }

        private boolean continues(Stage before) {
            return equals(before.with(depth, 1));
        }

        private Stage with(int newDepth, int newStride) {
            return new Stage(block, width, newDepth, kernel, newStride, expansion, activation);
        }

        @Override
        public String toString() {
            return GenomeFormat.of(this);
        }
    }

    Genome {
        stages = List.copyOf(stages);
    }

    /**
     * Parses the text form.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT, with the position of the
     *     first character that is not valid
     */
    static Genome parse(String text) {
        return new GenomeFormat(text).parse();
    }

    /**
     * The canonical genome of this network: neighbouring stages that form one longer stage are
     * merged.
     */
    Genome canonical() {
        var merged = new ArrayList<Stage>();
        for (var stage : stages) {
            var last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && stage.continues(last)) {
                merged.set(
                        merged.size() - 1, last.with(last.depth() + stage.depth(), last.stride()));
            } else {
                merged.add(stage);
            }
        }
        return new Genome(stem, merged);
    }

    /** The text form. */
    @Override
    public String toString() {
        return GenomeFormat.of(this);
    }
}
