package io.pitlane.contract.run;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.artifact.DeliveryFormat;

/**
 * The candidate of a run in one of the formats that it was delivered in.
 *
 * @param format the format
 * @param sizeBytes size of the file; for {@link DeliveryFormat#TENSORFLOW} that of all files of the
 *     SavedModel
 * @param artifact the bytes of the file; for {@link DeliveryFormat#TENSORFLOW} the SavedModel,
 *     packed as a tar.gz
 */
public record DeliveredModel(DeliveryFormat format, long sizeBytes, ArtifactRef artifact) {}
