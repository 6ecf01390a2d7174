package io.pitlane.contract.step;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.validation.Problems;
import java.util.List;

/**
 * The architectures that a search may try: a convolution (the stem), then stages, each a sequence
 * of blocks of one kind, then global average pooling and a dense layer. Every list holds the
 * options of one decision.
 *
 * @param version version of this description, 1
 * @param stem the first convolution
 * @param stages the stages, first to last
 */
public record SearchSpace(Integer version, Stem stem, List<Stage> stages) {

    /** The kinds of blocks. */
    public enum Block {
        /** Convolution, batch norm, activation. */
        @JsonProperty("conv")
        CONV,
        /** Two convolutions and a shortcut (He et al. 2016). */
        @JsonProperty("residual")
        RESIDUAL,
        /** Depthwise, then pointwise convolution (Howard et al. 2017). */
        @JsonProperty("separable")
        SEPARABLE,
        /** Expansion, depthwise, projection and a shortcut (Sandler et al. 2018). */
        @JsonProperty("inverted")
        INVERTED
    }

    /** The activations. */
    public enum Activation {
        @JsonProperty("relu")
        RELU,
        @JsonProperty("relu6")
        RELU6,
        @JsonProperty("swish")
        SWISH
    }

    /**
     * The first convolution.
     *
     * @param width output channels
     * @param kernel kernel sizes, odd
     * @param stride strides
     * @param activation activations
     */
    public record Stem(
            List<Integer> width,
            List<Integer> kernel,
            List<Integer> stride,
            List<Activation> activation) {
        public static final Stem DEFAULT = new Stem(null, null, null, null);

        public Stem {
            width = width == null ? List.of(16, 32) : List.copyOf(width);
            kernel = kernel == null ? List.of(3) : List.copyOf(kernel);
            stride = stride == null ? List.of(1) : List.copyOf(stride);
            activation = activation == null ? List.of(Activation.RELU) : List.copyOf(activation);
        }

        void check(Problems problems) {
            choice(problems, "width", width, 1, MOST_CHANNELS);
            sides(problems, kernel);
            choice(problems, "stride", stride, 1, MOST_STRIDE);
            activations(problems, activation);
        }
    }

    /**
     * A sequence of blocks of one kind.
     *
     * @param block kinds of blocks
     * @param width output channels
     * @param depth number of blocks
     * @param kernel kernel sizes, odd
     * @param stride stride of its first block
     * @param expansion expansion factors of inverted blocks (inner channels over input channels);
     *     null where {@code block} has none
     * @param activation activations
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Stage(
            List<Block> block,
            List<Integer> width,
            List<Integer> depth,
            List<Integer> kernel,
            List<Integer> stride,
            List<Integer> expansion,
            List<Activation> activation) {

        public Stage {
            block = block == null ? List.of(Block.values()) : List.copyOf(block);
            width = width == null ? List.of(16, 32, 64) : List.copyOf(width);
            depth = depth == null ? List.of(1, 2) : List.copyOf(depth);
            kernel = kernel == null ? List.of(3, 5) : List.copyOf(kernel);
            stride = stride == null ? List.of(2) : List.copyOf(stride);
            expansion = expansion == null ? null : List.copyOf(expansion);
            if (expansion == null && block.contains(Block.INVERTED)) {
                expansion = List.of(2, 4);
            }
            activation = activation == null ? List.of(Activation.RELU) : List.copyOf(activation);
        }

        void check(Problems problems) {
            problems.require(!block.isEmpty(), "block", "must offer at least one kind");
            distinct(problems, "block", block);
            choice(problems, "width", width, 1, MOST_CHANNELS);
            choice(problems, "depth", depth, 1, 64);
            sides(problems, kernel);
            choice(problems, "stride", stride, 1, MOST_STRIDE);
            if (expansion != null) {
                choice(problems, "expansion", expansion, 1, 16);
            }
            problems.require(
                    expansion == null || block.contains(Block.INVERTED),
                    "expansion",
                    "has no effect without block: inverted; leave it out");
            activations(problems, activation);
        }

        /** A stage with the defaults for every choice that is not set. */
        public static Builder builder() {
            return new Builder();
        }

        /** Sets choices by name. */
        public static final class Builder {
            private List<Block> block;
            private List<Integer> width;
            private List<Integer> depth;
            private List<Integer> kernel;
            private List<Integer> stride;
            private List<Integer> expansion;
            private List<Activation> activation;

            private Builder() {}

            public Builder block(List<Block> value) {
                this.block = value;
                return this;
            }

            public Builder width(List<Integer> value) {
                this.width = value;
                return this;
            }

            public Builder depth(List<Integer> value) {
                this.depth = value;
                return this;
            }

            public Builder kernel(List<Integer> value) {
                this.kernel = value;
                return this;
            }

            public Builder stride(List<Integer> value) {
                this.stride = value;
                return this;
            }

            public Builder expansion(List<Integer> value) {
                this.expansion = value;
                return this;
            }

            public Builder activation(List<Activation> value) {
                this.activation = value;
                return this;
            }

            public Stage build() {
                return new Stage(block, width, depth, kernel, stride, expansion, activation);
            }
        }
    }

    /** The version that this code reads. */
    public static final int VERSION = 1;

    private static final int MOST_CHANNELS = 4096;
    private static final int MOST_STRIDE = 4;

    public SearchSpace {
        version = version == null ? Integer.valueOf(VERSION) : version;
        stem = stem == null ? Stem.DEFAULT : stem;
        stages = stages == null ? List.of() : List.copyOf(stages);
    }

    void check(Problems problems) {
        problems.require(
                version == VERSION, "version", "must be " + VERSION + ", but is " + version);
        stem.check(problems.at("stem"));
        problems.require(
                !stages.isEmpty() && stages.size() <= 16,
                "stages",
                "must be 1 to 16 stages, but there are " + stages.size());
        for (int i = 0; i < stages.size(); i++) {
            stages.get(i).check(problems.at("stages").at(i));
        }
    }

    private static void choice(
            Problems problems, String field, List<Integer> values, int least, int most) {
        problems.require(
                !values.isEmpty() && values.stream().allMatch(v -> v >= least && v <= most),
                field,
                "must offer numbers between " + least + " and " + most + ", but is " + values);
        distinct(problems, field, values);
    }

    private static void sides(Problems problems, List<Integer> kernel) {
        choice(problems, "kernel", kernel, 1, 15);
        problems.require(
                kernel.stream().allMatch(side -> side % 2 == 1),
                "kernel",
                "must offer odd sides, but is " + kernel);
    }

    private static void activations(Problems problems, List<Activation> activation) {
        problems.require(!activation.isEmpty(), "activation", "must offer at least one");
        distinct(problems, "activation", activation);
    }

    private static void distinct(Problems problems, String field, List<?> values) {
        problems.require(
                values.stream().distinct().count() == values.size(),
                field,
                "must offer each only once, but is " + values);
    }
}
