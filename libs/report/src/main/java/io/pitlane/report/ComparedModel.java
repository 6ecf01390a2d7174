package io.pitlane.report;

import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report.Latency;
import java.util.Optional;

/**
 * A model of one of several runs on the engine and at the batch size that they are compared on.
 *
 * @param run index of its run
 * @param name the letter of its run and its label, as {@code A prune}
 * @param result what its report holds of it on the engine
 * @param batch images per call
 */
record ComparedModel(int run, String name, EngineResult result, int batch) {

    ModelFigures figures() {
        return result.model();
    }

    Optional<Latency> latency() {
        return result.latency(batch);
    }
}
