package io.pitlane.contract.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.plan.PlanReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepWorkTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    prune: {ratio: 0.25, fineTune: {epochs: 3}} | 3 | removes 25 % of the channels, then fine-tunes for 3 epochs
                    prune: {rounds: 3, fineTune: {epochs: 2}} | 6 | removes 50 % of the channels, then fine-tunes for 2 epochs
                    prune: {groupSparsity: {epochs: 5}, fineTune: {epochs: 1}} | 6 | removes 50 % of the channels, then fine-tunes for 1 epoch
                    prune: {target: {macs: 0.5}, fineTune: {epochs: 0}} | 0 | removes channels up to its target
                    prune: {maxAccuracyDrop: 0.01, fineTune: {epochs: 0}} | 0 | removes 90 % of the channels, as much as its limit of the loss allows
                    prune: {method: magnitude, fineTune: {epochs: 0}} | 0 | removes 50 % of the single weights
                    distill: {ablation: true, training: {epochs: 4}} | 8 | trains the model with a teacher for 8 epochs
                    distill: {student: {width: 0.5}, generations: 2, training: {epochs: 4}} | 8 | trains a student with a teacher for 8 epochs
                    distill: {training: {epochs: 4, learningRates: [0.001, 0.01]}} | 8 | trains the model with a teacher for 8 epochs
                    quantize: {} | 0 | quantizes weights and activations (int8)
                    quantize: {scheme: weight-only, training: {epochs: 2}} | 2 | quantizes weights (weight-only), and trains them for 2 epochs
                    nas: {trial: {epochs: 2}, budget: {trials: 10}, training: {epochs: 5}} | 25 | tries up to 10 architectures for 2 epochs each, then trains the best for 5 epochs
                    """)
    void aStepTellsWhatItDoesAndHowMuch(String written, double epochs, String summary) {
        var step = step(written);

        assertThat(step.work().epochs()).isEqualTo(epochs);
        assertThat(step.summary()).isEqualTo(summary);
    }

    @Test
    void theTimeOfBenchGrowsWithItsBatchSizesAndThreads() {
        var bench = step("bench: {batchSizes: [1, 8, 32], threads: [1, 2], seconds: 5}");

        assertThat(bench.work().modelSeconds()).isEqualTo(30);
        assertThat(bench.summary()).endsWith("at batch size 1, 8, 32");
    }

    private static Step step(String written) {
        var plan =
                """
                name: test
                model: model
                data: {train: {images: a, labels: b}, test: {images: c, labels: d}}
                steps: [{%s}]
                """;
        return PlanReader.read(plan.formatted(written)).steps().get(0);
    }
}
