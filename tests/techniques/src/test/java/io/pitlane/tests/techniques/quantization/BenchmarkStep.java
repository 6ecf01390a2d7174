package io.pitlane.tests.techniques.quantization;

import io.pitlane.contract.data.Task;

/**
 * A row of the benchmark: what a plan's quantize step says. From the uncorrected one on, each adds
 * one means to the one before, up to bias correction, which is a default.
 */
enum BenchmarkStep {
    ORIGINAL("original", null),
    PLAIN("plain int8", "{}"),
    UNCORRECTED("without corrections", "{corrections: {biasCorrection: none}}"),
    RANGES("mse ranges", "{calibration: {method: mse}, corrections: {biasCorrection: none}}"),
    EQUALIZATION(
            "+ equalization",
            "{calibration: {method: mse},"
                    + " corrections: {equalization: true, biasCorrection: none}}"),
    BIAS("+ bias correction", "{calibration: {method: mse}, corrections: {equalization: true}}"),
    ADA_ROUND(
            "+ AdaRound",
            "{calibration: {method: mse}, corrections: {equalization: true, adaRound: {}}}"),
    TRAINING(
            "+ training",
            "{calibration: {method: mse}, corrections: {equalization: true},"
                    + " training: {epochs: 2}}"),
    LADDER("ladder", "{maxAccuracyDrop: 0.005}") {
        @Override
        String options(Task task) {
            return task == Task.REGRESSION ? "{maxErrorIncrease: 0.005}" : super.options(task);
        }
    };

    private final String title;
    private final String options;

    BenchmarkStep(String title, String options) {
        this.title = title;
        this.options = options;
    }

    String title() {
        return title;
    }

    /** The options of the quantize step; null without one. */
    String options(Task task) {
        return options;
    }

    /** The steps of the plan, as its text has them. */
    String steps(Task task) {
        var bench = "  - bench: {batchSizes: [1], threads: 1, seconds: 0.01}\n";
        var quantize = options(task);
        return quantize == null
                ? "steps:\n" + bench
                : "steps:\n  - quantize: " + quantize + "\n" + bench;
    }
}
