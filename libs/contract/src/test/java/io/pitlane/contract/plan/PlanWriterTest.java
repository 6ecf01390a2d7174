package io.pitlane.contract.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.json.ContractJson;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanWriterTest {
    private static final String START =
            """
            name: written
            model: models/net
            data: {train: {cifar10: train}, test: {npz: test.npz, keys: {images: x}}}
            """;

    @Test
    void whatIsTheDefaultIsLeftOut() {
        // Given
        var plan =
                PlanReader.read(
                        START
                                + """
                                task: classification
                                seed: 17
                                input: {channels: grey, scale: 1}
                                steps:
                                  - prune: {method: channels, ratio: 0.4, fineTune: {epochs: 8}}
                                  - quantize: {scheme: int8, calibration: {samples: 512}}
                                  - bench: {batchSizes: [1, 32], threads: 1}
                                constraints: {maxAccuracyDrop: 0.01}
                                """);

        // Then
        assertThat(PlanWriter.write(plan))
                .isEqualTo(
                        """
                        name: written
                        model: models/net
                        data:
                          train:
                            cifar10: train
                          test:
                            npz: test.npz
                            keys:
                              images: x
                        input:
                          channels: grey
                        steps:
                          - prune:
                              ratio: 0.4
                          - quantize: {}
                        constraints:
                          maxAccuracyDrop: 0.01
                        """);
    }

    @Test
    void aHugePlanIsWrittenWithEverything() {
        // Given
        var ratios =
                IntStream.range(0, 4000)
                        .mapToObj(layer -> "layer" + layer + ": 0.5")
                        .collect(Collectors.joining(", "));
        var plan = PlanReader.read(START + "steps: [{prune: {ratios: {" + ratios + "}}}]");

        // Then
        var written = PlanWriter.write(plan);
        assertThat(written).contains("seed: 17");
        assertThat(PlanReader.read(written)).isEqualTo(plan);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "steps: []",
                "steps: [{prune: {method: magnitude, pattern: '2:4', fineTune: {epochs: 0}}}]",
                "steps: [{prune: {target: {latencyMillis: 2, engine: onnxruntime}}}]",
                "steps: [{prune: {sensitivity: {}}}, {distill: {student: {width: 1, weights: fresh}}}]",
                "steps: [{nas: {training: {learningRate: 1.0e-7}}}, {bench: {seconds: 1}}]",
                "steps: [{quantize: {float: ['*', '007', 'no', '~'], corrections: {adaRound: {}}}}]",
                "input: {resize: {letterbox: [3, 4], pad: 114}, mean: [1, 2, 3], std: [1, 2, 3]}",
                "constraints: {classes: {14: {maxRecallDrop: 0}}, minSpeedup: [{ratio: 2}]}"
            })
    void theSamePlanIsReadAgain(String part) {
        var plan = PlanReader.read(START + part);
        assertThat(PlanReader.read(PlanWriter.write(plan))).isEqualTo(plan);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: 'yes'",
                "a: '1:30'",
                "a: 1e-3",
                "a: '1e3'",
                "a: \"two\\nlines\"",
                "a: 'x: y'",
                "a: '# no comment'",
                "a: [null, true, 0.1, -3]",
                "'1': {}",
                "a: ' '"
            })
    void anyDocumentIsReadAgainAsItWas(String text) throws IOException {
        var document = ContractJson.PLAN_MAPPER.readTree(text);
        assertThat(ContractJson.PLAN_MAPPER.readTree(PlanWriter.write(document)))
                .isEqualTo(document);
    }
}
