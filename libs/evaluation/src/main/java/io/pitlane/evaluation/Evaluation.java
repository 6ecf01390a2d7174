package io.pitlane.evaluation;

import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.Report;
import io.pitlane.evaluation.scoring.ImageResults;
import io.pitlane.evaluation.significance.Agreement;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The evaluation of a model on a set of images.
 *
 * @param accuracy accuracy against the annotations; empty without annotations or a scored output
 * @param imageResults the results on every image, where there is an accuracy
 * @param fidelity closeness to the outputs of the original; for the original, to its own
 * @param agreement the agreement with the original, image by image
 * @param divergence Kullback-Leibler divergence of the predicted class distribution from the
 *     original's, in nats, the mean over images or pixels; empty where no scores of classes are
 *     output
 */
public record Evaluation(
        Optional<Accuracy> accuracy,
        Optional<ImageResults> imageResults,
        Report.Fidelity fidelity,
        Agreement agreement,
        OptionalDouble divergence) {}
