package io.pitlane.contract.finding;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Objects;

/**
 * Something that a step measured or chose, as data: what its notes say in words. The field {@code
 * type} tells the kinds apart; a kind that a reader does not know reads as null.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type", defaultImpl = Void.class)
@JsonSubTypes({
    @JsonSubTypes.Type(value = CalibrationRanges.class, name = "calibrationRanges"),
    @JsonSubTypes.Type(value = ChannelSensitivity.class, name = "channelSensitivity"),
    @JsonSubTypes.Type(value = LayerFactors.class, name = "layerFactors"),
    @JsonSubTypes.Type(value = LayerSensitivity.class, name = "layerSensitivity"),
    @JsonSubTypes.Type(value = PruningSearch.class, name = "pruningSearch"),
    @JsonSubTypes.Type(value = QuantizationLadder.class, name = "quantizationLadder"),
    @JsonSubTypes.Type(value = ReconstructionResult.class, name = "reconstruction"),
    @JsonSubTypes.Type(value = TrainingLosses.class, name = "trainingLosses"),
    @JsonSubTypes.Type(value = WeightSparsity.class, name = "weightSparsity")
})
public sealed interface Finding
        permits CalibrationRanges,
                ChannelSensitivity,
                LayerFactors,
                LayerSensitivity,
                PruningSearch,
                QuantizationLadder,
                ReconstructionResult,
                TrainingLosses,
                WeightSparsity {

    /** A list without the kinds that this version does not know; empty for null. */
    static List<Finding> known(List<Finding> findings) {
        return findings == null ? List.of() : findings.stream().filter(Objects::nonNull).toList();
    }
}
