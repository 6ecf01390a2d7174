package io.pitlane.contract.step;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.pitlane.contract.validation.Problems;
import java.util.List;

/**
 * Measures the original and every model of the run in one process, and evaluates the constraints.
 *
 * @param batchSizes images per call; each size is measured separately, unless it needs more memory
 *     than there is
 * @param threads TensorFlow threads, for the whole step
 * @param seconds budget of time: seconds of timed calls per model and batch size
 * @param minSamples minimum number of timed calls per model and batch size, even where the budget
 *     does not suffice
 */
public record BenchStep(
        List<Integer> batchSizes, Integer threads, Double seconds, Integer minSamples)
        implements Step {

    private static final int MIN_SAMPLES = 15;

    public static final BenchStep DEFAULT = builder().build();

    public BenchStep {
        batchSizes = batchSizes == null ? List.of(1, 32) : List.copyOf(batchSizes);
        threads = threads == null ? Integer.valueOf(1) : threads;
        seconds = seconds == null ? Double.valueOf(10) : seconds;
        minSamples = minSamples == null ? Integer.valueOf(MIN_SAMPLES) : minSamples;
    }

    @Override
    @JsonIgnore
    public StageName stage() {
        return StageName.BENCH;
    }

    @Override
    public void check(Problems problems) {
        problems.require(
                !batchSizes.isEmpty() && batchSizes.size() <= 16,
                "batchSizes",
                "must list 1 to 16 batch sizes");
        for (int i = 0; i < batchSizes.size(); i++) {
            int size = batchSizes.get(i);
            if (size < 1 || size > 4096) {
                problems.at("batchSizes").at(i).add("must be between 1 and 4096, but is " + size);
            }
        }
        problems.require(
                threads >= 1 && threads <= 256,
                "threads",
                "must be between 1 and 256, but is " + threads);
        problems.require(
                seconds > 0 && seconds <= 3600,
                "seconds",
                "must be above 0 and at most 3600, but is " + seconds);
        problems.require(
                minSamples >= MIN_SAMPLES && minSamples <= 100_000,
                "minSamples",
                "must be between %d and 100000, but is %d".formatted(MIN_SAMPLES, minSamples));
    }

    /** A step with the defaults for everything that is not set. */
    public static Builder builder() {
        return new Builder();
    }

    /** Sets options by name. */
    public static final class Builder {
        private List<Integer> batchSizes;
        private Integer threads;
        private Double seconds;
        private Integer minSamples;

        private Builder() {}

        public Builder batchSizes(List<Integer> value) {
            this.batchSizes = value;
            return this;
        }

        public Builder threads(int value) {
            this.threads = value;
            return this;
        }

        public Builder seconds(double value) {
            this.seconds = value;
            return this;
        }

        public Builder minSamples(int value) {
            this.minSamples = value;
            return this;
        }

        public BenchStep build() {
            return new BenchStep(batchSizes, threads, seconds, minSamples);
        }
    }
}
