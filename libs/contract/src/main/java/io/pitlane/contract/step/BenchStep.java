package io.pitlane.contract.step;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.validation.Problems;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Measures the original and every model of the run in one process, and evaluates the constraints.
 *
 * @param batchSizes images per call; each size is measured separately, unless it needs more memory
 *     than there is
 * @param threads threads that compute one call; each number is measured separately. Constraints
 *     apply to the first
 * @param engines the engines to measure on, where they run on the machine; TensorFlow, which the
 *     other engines are compared with, always is
 * @param seconds budget of time: seconds of timed calls per model, number of threads and batch
 *     size, shared by the engines of the model
 * @param minSamples minimum number of timed calls per model and batch size, even where the budget
 *     does not suffice
 */
public record BenchStep(
        List<Integer> batchSizes,
        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<Integer> threads,
        List<Engine> engines,
        Double seconds,
        Integer minSamples)
        implements Step {

    private static final int MIN_SAMPLES = 15;

    public static final BenchStep DEFAULT = builder().build();

    public BenchStep {
        batchSizes = batchSizes == null ? List.of(1, 32) : List.copyOf(batchSizes);
        threads = threads == null ? List.of(1) : List.copyOf(threads);
        engines = engines == null ? List.of(Engine.values()) : List.copyOf(engines);
        seconds = seconds == null ? Double.valueOf(10) : seconds;
        minSamples = minSamples == null ? Integer.valueOf(MIN_SAMPLES) : minSamples;
    }

    @Override
    @JsonIgnore
    public StageName stage() {
        return StageName.BENCH;
    }

    @Override
    public String summary() {
        return "measures size, quality and latency of every model on "
                + engines.stream().map(Engine::title).collect(Collectors.joining(", "))
                + " at batch size "
                + batchSizes.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    @Override
    public StepWork work() {
        return new StepWork(0, 0, seconds * batchSizes.size() * threads.size());
    }

    /** The most threads that a measurement has. */
    @Override
    @JsonIgnore
    public Integer nativeThreads() {
        return threads.stream().max(Integer::compare).orElse(1);
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
                !threads.isEmpty() && threads.size() <= 8,
                "threads",
                "must be a number of threads, or list 1 to 8 of them");
        requireOnce(threads, problems.at("threads"));
        for (int i = 0; i < threads.size(); i++) {
            int number = threads.get(i);
            if (number < 1 || number > 256) {
                problems.at("threads").at(i).add("must be between 1 and 256, but is " + number);
            }
        }
        problems.require(
                !engines.isEmpty(),
                "engines",
                "must name an engine; leave the field out for all that run on the machine");
        requireOnce(engines, problems.at("engines"));
        problems.require(
                seconds > 0 && seconds <= 3600,
                "seconds",
                "must be above 0 and at most 3600, but is " + seconds);
        problems.require(
                minSamples >= MIN_SAMPLES && minSamples <= 100_000,
                "minSamples",
                "must be between %d and 100000, but is %d".formatted(MIN_SAMPLES, minSamples));
    }

    private static void requireOnce(List<?> values, Problems problems) {
        if (new HashSet<>(values).size() < values.size()) {
            problems.add("must name each value once");
        }
    }

    /** A step with the defaults for everything that is not set. */
    public static Builder builder() {
        return new Builder();
    }

    /** Sets options by name. */
    public static final class Builder {
        private List<Integer> batchSizes;
        private List<Integer> threads;
        private List<Engine> engines;
        private Double seconds;
        private Integer minSamples;

        private Builder() {}

        public Builder batchSizes(List<Integer> value) {
            this.batchSizes = value;
            return this;
        }

        public Builder threads(List<Integer> value) {
            this.threads = value;
            return this;
        }

        public Builder engines(List<Engine> value) {
            this.engines = value;
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
            return new BenchStep(batchSizes, threads, engines, seconds, minSamples);
        }
    }
}
