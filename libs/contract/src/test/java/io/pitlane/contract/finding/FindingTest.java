package io.pitlane.contract.finding;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.pruning.RankSelection.Algorithm;
import io.pitlane.contract.quantization.Calibration.Method;
import io.pitlane.contract.run.LineageEntry;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.contract.training.LossCurve;
import io.pitlane.contract.training.TrainingLoss;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingTest {
    private static final CalibrationRanges RANGES =
            new CalibrationRanges(
                    List.of(new CalibrationRanges.TensorRange("relu1", 0, 6, Method.MIN_MAX)));

    @Test
    void aLineageKeepsItsFindings() throws IOException {
        // Given
        var entry = entry(List.of(RANGES));

        // When
        var json = ContractJson.MAPPER.writeValueAsString(entry);
        var read = ContractJson.MAPPER.readValue(json, LineageEntry.class);

        // Then
        assertThat(json).contains("\"type\":\"calibrationRanges\"");
        assertThat(read).isEqualTo(entry);
    }

    @Test
    void everyKindIsReadAsItIsWritten() throws IOException {
        // Given
        var error = new OutputError(20.0, 0.01, 0.99, null);
        var exact = new OutputError(null, null, null, 0.9);
        var sensitivity =
                new LayerSensitivity(
                        256,
                        "accuracy",
                        0.9,
                        error,
                        List.of(
                                new LayerSensitivity.Layer(
                                        "conv1",
                                        1000,
                                        10,
                                        error,
                                        exact,
                                        exact,
                                        error,
                                        new LayerSensitivity.Distribution(-1, 2, 3, 4, 5, 6),
                                        "equalize")),
                        "0a1b",
                        true);
        var step = QuantizeStep.builder().floatLayers(List.of("conv1")).build();
        var ladder =
                new QuantizationLadder(
                        "minAgreement",
                        0.99,
                        300,
                        null,
                        List.of(
                                new QuantizationLadder.Rung(
                                        "1 layer float", step, error, 0.99, true)),
                        "1 layer float",
                        true);
        var factors =
                new LayerFactors(
                        512,
                        List.of(
                                new LayerFactors.Layer(
                                        "conv1",
                                        Algorithm.TUCKER2,
                                        List.of(4, 6),
                                        1000L,
                                        300L,
                                        0.01,
                                        1.5,
                                        true,
                                        null),
                                LayerFactors.Layer.leftAlone("conv2", "grouped")),
                        1.25);
        var search =
                new PruningSearch(
                        "maxAccuracyDrop",
                        0.01,
                        300,
                        0.9,
                        List.of(
                                new PruningSearch.Try(
                                        0.5,
                                        PruneStep.DEFAULT,
                                        0.3,
                                        0.4,
                                        false,
                                        error,
                                        0.005,
                                        true)),
                        0.5);
        var channels =
                new ChannelSensitivity(
                        256,
                        "accuracy",
                        0.9,
                        List.of(
                                new ChannelSensitivity.Group(
                                        List.of("conv1", "conv3"),
                                        16,
                                        4,
                                        List.of(new ChannelSensitivity.Point(0.25, 4, error)))));
        var sparsity = new WeightSparsity("2:4", List.of(new WeightSparsity.Layer("conv1", 8, 4)));
        var losses =
                new TrainingLosses(
                        LossCurve.of(
                                List.of(
                                        new TrainingLoss(null, 0.5, 2, 1.25, null),
                                        new TrainingLoss(null, 1, 2, 0.123456789, 0.75),
                                        new TrainingLoss("student", 1, 3, 1e-7, null))));
        var entry =
                entry(
                        List.of(
                                RANGES,
                                sensitivity,
                                ladder,
                                search,
                                channels,
                                sparsity,
                                factors,
                                losses));

        // When
        var json = ContractJson.MAPPER.writeValueAsString(entry);
        var read = ContractJson.MAPPER.readValue(json, LineageEntry.class);

        // Then
        assertThat(json)
                .contains("\"type\":\"layerSensitivity\"", "\"type\":\"quantizationLadder\"")
                .contains("\"type\":\"layerFactors\"", "\"decomposition\":\"tucker2\"")
                .contains("\"type\":\"pruningSearch\"", "\"step\":{\"prune\":{")
                .contains("\"loss\":[1.25,0.12346],\"validation\":[null,0.75]")
                .contains(
                        "\"training\":\"student\",\"epochs\":3,\"epoch\":[1.0],\"loss\":[1.0E-7]}")
                .contains("\"step\":{\"quantize\":{", "\"float\":[\"conv1\"]")
                .doesNotContain("NaN", "mostSensitiveFirst", "removedRatio");
        assertThat(read).isEqualTo(entry);
    }

    @Test
    void aFindingOfALaterVersionIsIgnored() throws IOException {
        // Given
        var json =
                ContractJson.MAPPER
                        .writeValueAsString(entry(List.of(RANGES)))
                        .replace(
                                "\"findings\":[",
                                "\"findings\":[{\"type\":\"later\",\"list\":[1,{\"a\":2}]},");

        // When
        var read = ContractJson.MAPPER.readValue(json, LineageEntry.class);

        // Then
        assertThat(json).contains("later");
        assertThat(read.findings()).containsExactly(RANGES);
    }

    @Test
    void aLineageOfAnEarlierVersionHasNoFindings() throws IOException {
        // Given
        var json = ContractJson.MAPPER.writeValueAsString(entry(List.of()));

        // When
        var read = ContractJson.MAPPER.readValue(json, LineageEntry.class);

        // Then
        assertThat(json).doesNotContain("findings");
        assertThat(read.findings()).isEmpty();
    }

    private static LineageEntry entry(List<Finding> findings) {
        return new LineageEntry(
                QuantizeStep.DEFAULT,
                "0.1.0",
                List.of("a"),
                "b",
                Instant.parse("2026-01-01T00:00:00Z"),
                1.5,
                findings);
    }
}
