package io.pitlane.bench;

import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.plan.Constraints;
import io.pitlane.contract.plan.MaxLatency;
import io.pitlane.contract.plan.MinSpeedup;
import io.pitlane.contract.report.Comparison;
import io.pitlane.contract.report.Condition;
import io.pitlane.contract.report.DeliveredFigures;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import java.util.Comparator;
import java.util.Optional;

/**
 * Checks the size, latency and speed-up of a candidate. A limit on speed applies to the engine that
 * it names, or to the fastest of those that the candidate is delivered for, with the first number
 * of threads that was measured.
 */
final class CostCheck {
    private final ModelFigures candidate;
    private final Comparison comparison;
    private final VerdictBuilder verdict;

    /**
     * A check of one candidate.
     *
     * @param comparison the candidate against the original
     * @param verdict receives every condition
     */
    CostCheck(ModelFigures candidate, Comparison comparison, VerdictBuilder verdict) {
        this.candidate = candidate;
        this.comparison = comparison;
        this.verdict = verdict;
    }

    /** Checks the constraints on cost. */
    void check(Constraints constraints) {
        constraints.minSpeedup().forEach(this::checkSpeedup);
        constraints.maxLatencyMillis().forEach(this::checkLatency);
        if (constraints.maxSizeBytes() != null) {
            checkSize(constraints.maxSizeBytes());
        }
        if (constraints.minSizeRatio() != null) {
            checkSizeRatio(constraints.minSizeRatio());
        }
    }

    private void checkSpeedup(MinSpeedup wanted) {
        var field = "minSpeedup[" + described(wanted.batch(), wanted.engine()) + "]";
        double limit = wanted.ratio();
        var fastest =
                comparison.speedup().stream()
                        .filter(Report.Speedup::isAgainstTensorFlow)
                        .filter(speedup -> speedup.batch() == wanted.batch())
                        .filter(
                                speedup ->
                                        isJudged(
                                                speedup.threads(),
                                                speedup.engine(),
                                                wanted.engine()))
                        .max(Comparator.comparingDouble(Report.Speedup::paired));
        if (fastest.isEmpty()) {
            addUnmeasured(field, limit, wanted.batch(), wanted.engine());
            return;
        }
        double measured = fastest.get().paired();
        verdict.add(
                new Condition(field, false, limit, measured, measured >= limit),
                "At batch size %d the speed-up%s is %.2f, but must be %.2f at least.",
                wanted.batch(),
                on(fastest.get().engine()),
                measured,
                limit);
    }

    private void checkLatency(MaxLatency wanted) {
        var latency =
                candidate.latency().stream()
                        .filter(l -> l.batch() == wanted.batch())
                        .filter(l -> isJudged(l.threads(), l.engine(), wanted.engine()))
                        .min(Comparator.comparingDouble(Report.Latency::p50Millis));
        if (wanted.p50() != null) {
            checkLatency(
                    "p50", wanted, wanted.p50(), latency, latency.map(Report.Latency::p50Millis));
        }
        if (wanted.p99() != null) {
            checkLatency(
                    "p99", wanted, wanted.p99(), latency, latency.map(Report.Latency::p99Millis));
        }
    }

    private void checkLatency(
            String percentile,
            MaxLatency wanted,
            double limit,
            Optional<Report.Latency> latency,
            Optional<Double> measured) {
        var field =
                "maxLatencyMillis["
                        + described(wanted.batch(), wanted.engine())
                        + "]."
                        + percentile;
        if (latency.isEmpty()) {
            addUnmeasured(field, limit, wanted.batch(), wanted.engine());
        } else if (measured.isEmpty()) {
            verdict.add(
                    new Condition(field, false, limit, null, false),
                    "%s cannot be judged: %d samples are too few for it; raise seconds or"
                            + " minSamples of the bench step.",
                    field,
                    latency.get().samples());
        } else {
            verdict.add(
                    new Condition(field, false, limit, measured.get(), measured.get() <= limit),
                    "At batch size %d the latency %s%s is %.3f ms, but may be %.3f ms at most.",
                    wanted.batch(),
                    percentile,
                    on(latency.get().engine()),
                    measured.get(),
                    limit);
        }
    }

    private void addUnmeasured(String field, double limit, int batch, Engine engine) {
        verdict.add(
                new Condition(field, false, limit, null, false),
                "%s cannot be judged: nothing was measured at batch size %d%s.",
                field,
                batch,
                engine == null ? "" : " on " + engine.title());
    }

    private static String described(int batch, Engine engine) {
        return "batch " + batch + (engine == null ? "" : ", " + engine.label());
    }

    /** Names the engine, unless it is the one that everything is compared with. */
    private static String on(Engine engine) {
        return engine == Engine.TENSORFLOW ? "" : " on " + engine.title();
    }

    private boolean isJudged(int threads, Engine measured, Engine wanted) {
        return threads == candidate.latency().get(0).threads()
                && (wanted == null ? isDelivered(measured) : measured == wanted);
    }

    /** A candidate that is delivered in no format of an engine is judged on every engine. */
    private boolean isDelivered(Engine engine) {
        var formats =
                candidate.delivered().stream()
                        .map(DeliveredFigures::format)
                        .filter(format -> format.runnable().isPresent())
                        .toList();
        return formats.isEmpty() || formats.stream().anyMatch(format -> format.runsOn(engine));
    }

    private void checkSize(long limit) {
        long size = candidate.sizeBytes();
        verdict.add(
                new Condition("maxSizeBytes", false, limit, (double) size, size <= limit),
                "The candidate has %d bytes, but may have %d at most.",
                size,
                limit);
    }

    private void checkSizeRatio(double limit) {
        double ratio = comparison.sizeRatio();
        verdict.add(
                new Condition("minSizeRatio", false, limit, ratio, ratio >= limit),
                "The original is %.2f times as large as the candidate, but must be %.2f times at"
                        + " least.",
                ratio,
                limit);
    }
}
