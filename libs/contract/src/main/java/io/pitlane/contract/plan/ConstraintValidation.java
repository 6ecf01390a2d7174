package io.pitlane.contract.plan;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.plan.Constraints.ClassConstraint;
import io.pitlane.contract.step.BenchStep;
import io.pitlane.contract.validation.Problems;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Finds the constraints that do not fit a task, are out of range, or limit what is not measured.
 *
 * @param bench what the plan measures
 * @param problems of the plan's field {@code constraints}
 */
record ConstraintValidation(Task task, List<BenchStep> bench, Problems problems) {

    /** Adds every problem. */
    void check(Constraints constraints) {
        checkHeadline(constraints);
        checkFidelity(constraints);
        checkClasses(constraints);
        checkSpeed(constraints);
        checkSize(constraints);
    }

    private void checkHeadline(Constraints constraints) {
        var drop = constraints.maxAccuracyDrop();
        if (drop != null) {
            problems.require(
                    task != Task.REGRESSION,
                    "maxAccuracyDrop",
                    "does not fit regression, whose accuracy is an error; use maxErrorIncrease");
            problems.require(
                    isShare(drop),
                    "maxAccuracyDrop",
                    "must be between 0 and 1 (0.01 is one point), but is " + drop);
        }
        var increase = constraints.maxErrorIncrease();
        if (increase != null) {
            problems.require(
                    task == Task.REGRESSION,
                    "maxErrorIncrease",
                    "does not fit " + task.label() + "; use maxAccuracyDrop");
            requireNotNegative(increase, "maxErrorIncrease");
        }
    }

    private void checkFidelity(Constraints constraints) {
        var agreement = constraints.minAgreement();
        if (agreement != null) {
            problems.require(
                    task == Task.CLASSIFICATION || task == Task.SEGMENTATION,
                    "minAgreement",
                    "does not fit "
                            + task.label()
                            + ", which has no class to agree on an image"
                            + " or pixel; use maxRelativeL2");
            problems.require(
                    isShare(agreement),
                    "minAgreement",
                    "must be between 0 and 1, but is " + agreement);
        }
        if (constraints.maxRelativeL2() != null) {
            requireNotNegative(constraints.maxRelativeL2(), "maxRelativeL2");
        }
    }

    private void checkClasses(Constraints constraints) {
        if (!constraints.classes().isEmpty() && task == Task.REGRESSION) {
            problems.at("classes").add("regression has no classes; use maxErrorIncrease");
            return;
        }
        constraints
                .classes()
                .forEach(
                        (index, constraint) -> {
                            var at = problems.at("classes").at(String.valueOf(index));
                            if (index < 0) {
                                at.add("a class index cannot be negative");
                            }
                            checkClass(constraint, at);
                        });
    }

    private void checkClass(ClassConstraint constraint, Problems at) {
        var fitting =
                switch (task) {
                    case CLASSIFICATION -> "maxRecallDrop";
                    case SEGMENTATION -> "maxIouDrop";
                    case DETECTION, REGRESSION -> "maxAveragePrecisionDrop";
                };
        var drops = new LinkedHashMap<String, Double>();
        drops.put("maxRecallDrop", constraint.maxRecallDrop());
        drops.put("maxIouDrop", constraint.maxIouDrop());
        drops.put("maxAveragePrecisionDrop", constraint.maxAveragePrecisionDrop());
        drops.forEach(
                (field, drop) -> {
                    if (drop != null) {
                        at.require(
                                field.equals(fitting),
                                field,
                                "does not fit " + task.label() + "; use " + fitting);
                        at.require(isShare(drop), field, "must be between 0 and 1, but is " + drop);
                    }
                });
        if (drops.values().stream().allMatch(Objects::isNull)) {
            at.present(null, fitting, "write 0 to 1");
        }
    }

    private void checkSpeed(Constraints constraints) {
        var speedups = constraints.minSpeedup();
        for (int i = 0; i < speedups.size(); i++) {
            var at = problems.at("minSpeedup").at(i);
            requireMeasured(speedups.get(i).batch(), at);
            requireMeasured(speedups.get(i).engine(), at);
            if (at.present(speedups.get(i).ratio(), "ratio", "1 is not slower than the original")) {
                requirePositive(speedups.get(i).ratio(), "ratio", at);
            }
        }
        requireOneEach(
                speedups.stream().map(s -> new Measured(s.batch(), s.engine())), "minSpeedup");
        var latencies = constraints.maxLatencyMillis();
        for (int i = 0; i < latencies.size(); i++) {
            checkLatency(latencies.get(i), problems.at("maxLatencyMillis").at(i));
        }
        requireOneEach(
                latencies.stream().map(l -> new Measured(l.batch(), l.engine())),
                "maxLatencyMillis");
    }

    private void checkLatency(MaxLatency latency, Problems at) {
        requireMeasured(latency.batch(), at);
        requireMeasured(latency.engine(), at);
        if (latency.p50() == null && latency.p99() == null) {
            at.add("limits nothing; write p50 or p99, in milliseconds");
        }
        requirePositive(latency.p50(), "p50", at);
        requirePositive(latency.p99(), "p99", at);
    }

    private void checkSize(Constraints constraints) {
        var bytes = constraints.maxSizeBytes();
        problems.require(
                bytes == null || bytes > 0, "maxSizeBytes", "must be above 0, but is " + bytes);
        requirePositive(constraints.minSizeRatio(), "minSizeRatio", problems);
    }

    private void requireMeasured(int batch, Problems at) {
        var batchSizes = bench.stream().flatMap(step -> step.batchSizes().stream()).toList();
        at.require(
                batchSizes.contains(batch),
                "batch",
                "must be a batch size that bench measures, one of "
                        + batchSizes
                        + ", but is "
                        + batch
                        + "; add it to batchSizes of the bench step");
    }

    private void requireMeasured(Engine engine, Problems at) {
        at.require(
                engine == null
                        || engine == Engine.TENSORFLOW
                        || bench.stream().anyMatch(step -> step.engines().contains(engine)),
                "engine",
                "must be an engine that bench measures; add it to engines of the bench step");
    }

    /** What a limit on speed applies to. */
    private record Measured(int batch, Engine engine) {
        @Override
        public String toString() {
            return "batch size " + batch + (engine == null ? "" : " on " + engine.label());
        }
    }

    private void requireOneEach(Stream<Measured> limits, String field) {
        var seen = new HashSet<Measured>();
        limits.filter(limit -> !seen.add(limit))
                .distinct()
                .forEach(limit -> problems.at(field).add("holds " + limit + " twice; keep one"));
    }

    private void requireNotNegative(double value, String field) {
        problems.require(
                Double.isFinite(value) && value >= 0,
                field,
                "must be 0 or more (0.05 is five percent), but is " + value);
    }

    private static void requirePositive(Double value, String field, Problems at) {
        at.require(
                value == null || Double.isFinite(value) && value > 0,
                field,
                "must be above 0, but is " + value);
    }

    private static boolean isShare(double value) {
        return value >= 0 && value <= 1;
    }
}
