package io.pitlane.contract.report;

import io.pitlane.contract.artifact.ModelFormat;

/**
 * How often two engines choose the same class for one model.
 *
 * @param first the format that one engine ran
 * @param second the format that the other engine ran
 * @param agreement share of test images, for segmentation of pixels, with the same class, 0..1
 */
public record EngineAgreement(ModelFormat first, ModelFormat second, double agreement) {}
