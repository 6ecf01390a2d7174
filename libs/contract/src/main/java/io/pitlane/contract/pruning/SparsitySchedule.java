package io.pitlane.contract.pruning;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.validation.Problems;

/**
 * How the sparsity grows during fine-tuning, from 0 at {@code begin} to its final value at {@code
 * end}.
 *
 * @param shape of the growth
 * @param begin share of the training before the first weights are removed, from 0 and below 1
 * @param end share of the training at which the final sparsity is reached, below 1; null for {@link
 *     Shape#ONE_SHOT}, which reaches it at {@code begin}
 * @param every steps between two updates; null for a twentieth of the steps between begin and end
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SparsitySchedule(Shape shape, Double begin, Double end, Integer every) {

    /** The sparsity at the share x, 0..1, of the way from begin to end; s is the final one. */
    public enum Shape {
        /** Everything at once, at {@code begin}. */
        @JsonProperty("one-shot")
        ONE_SHOT,
        /** {@code s x}. */
        @JsonProperty("linear")
        LINEAR,
        /** {@code s (1 - (1 - x)^3)} (Zhu and Gupta 2018, "To prune, or not to prune"). */
        @JsonProperty("cubic")
        CUBIC,
        /** {@code 1 - (1 - s)^x}: each update removes the same share of the remaining weights. */
        @JsonProperty("exponential")
        EXPONENTIAL,
        /** {@code s (1 - cos(pi x)) / 2}. */
        @JsonProperty("cosine")
        COSINE
    }

    /** Everything before the first step. */
    public static final SparsitySchedule AT_ONCE =
            new SparsitySchedule(Shape.ONE_SHOT, null, null, null);

    public SparsitySchedule {
        shape = shape == null ? Shape.CUBIC : shape;
        begin = begin == null ? Double.valueOf(0) : begin;
        if (shape != Shape.ONE_SHOT && end == null) {
            end = 0.5;
        }
    }

    /** Share of the training at which the final sparsity is reached. */
    public double reached() {
        return end == null ? begin : end;
    }

    /** Reports what is wrong. */
    public void check(Problems problems) {
        problems.require(
                begin >= 0 && begin < 1, "begin", "must be from 0 and below 1, but is " + begin);
        problems.require(
                end == null || shape == Shape.ONE_SHOT || end > begin && end < 1,
                "end",
                "must be above begin and below 1, so that the last epoch is trained at the final"
                        + " sparsity, but is "
                        + end);
        checkWithoutEffect(end, "end", problems);
        checkWithoutEffect(every, "every", problems);
        problems.require(
                every == null || every >= 1 && every <= 1_000_000,
                "every",
                "must be between 1 and 1000000, but is " + every);
    }

    private void checkWithoutEffect(Object value, String field, Problems problems) {
        problems.require(
                value == null || shape != Shape.ONE_SHOT,
                field,
                "has no effect with shape: one-shot, which removes everything at begin; leave it"
                        + " out");
    }
}
