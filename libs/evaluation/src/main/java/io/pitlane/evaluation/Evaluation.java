package io.pitlane.evaluation;

import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.Report;
import java.util.Optional;

/**
 * What came of running a model over a set of images.
 *
 * @param accuracy how right it is; empty without labels, or without an output that can be scored
 * @param fidelity closeness to the original; of the original itself, to itself
 */
public record Evaluation(Optional<Accuracy> accuracy, Report.Fidelity fidelity) {}
