package io.pitlane.nas;

import io.pitlane.contract.SearchSpace.Activation;
import io.pitlane.contract.SearchSpace.Block;
import java.util.ArrayList;
import java.util.List;

/**
 * An architecture as data, and as short text that can be read back.
 *
 * <pre>{@code
 * genome = stem ("|" stage)+
 * stem   = "s" width ["k" kernel] ["s" stride] ["a" activation]
 * stage  = kind width ["x" depth] ["k" kernel] ["s" stride] ["e" expansion] ["a" activation]
 * kind   = "c" (conv) | "r" (residual) | "d" (separable) | "i" (inverted)
 * activation = "r" (relu) | "6" (relu6) | "s" (swish)
 * }</pre>
 *
 * What is left out is {@code x1 k3 s1 e1 ar}: {@code s16|c32x2|i64k5s2e4a6}.
 *
 * @param stem the convolution that comes first
 * @param stages rows of blocks, first to last, at least one
 */
record Genome(Stem stem, List<Stage> stages) {

    /**
     * The convolution that comes first.
     *
     * @param width channels
     * @param kernel side of the kernel, odd
     * @param stride step of the kernel
     * @param activation what follows its batch norm
     */
    record Stem(int width, int kernel, int stride, Activation activation) {
        @Override
        public String toString() {
            return GenomeText.of(this);
        }
    }

    /**
     * A row of blocks of one kind.
     *
     * @param block their kind
     * @param width channels that each gives
     * @param depth how many they are
     * @param kernel side of the kernels, odd
     * @param stride stride of the first; the others have 1
     * @param expansion for inverted blocks, channels inside over channels that come in; for the
     *     others always 1
     * @param activation what follows batch norm
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

        private boolean goesOnLike(Stage before) {
            return equals(before.with(depth, 1));
        }

        private Stage with(int newDepth, int newStride) {
            return new Stage(block, width, newDepth, kernel, newStride, expansion, activation);
        }

        @Override
        public String toString() {
            return GenomeText.of(this);
        }
    }

    Genome {
        stages = List.copyOf(stages);
    }

    /**
     * Reads a genome.
     *
     * @throws io.pitlane.contract.FailureException INVALID_INPUT, naming the character where the
     *     text stops being one
     */
    static Genome parse(String text) {
        return new GenomeText(text).genome();
    }

    /**
     * The one genome that stands for all of the same network: neighbouring stages that are alike
     * are one longer stage.
     */
    Genome canonical() {
        var merged = new ArrayList<Stage>();
        for (var stage : stages) {
            var last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && stage.goesOnLike(last)) {
                merged.set(
                        merged.size() - 1, last.with(last.depth() + stage.depth(), last.stride()));
            } else {
                merged.add(stage);
            }
        }
        return new Genome(stem, merged);
    }

    /** The text that {@link #parse} reads. */
    @Override
    public String toString() {
        return GenomeText.of(this);
    }
}
