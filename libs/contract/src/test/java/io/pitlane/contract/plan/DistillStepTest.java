package io.pitlane.contract.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.step.DistillStep;
import io.pitlane.contract.training.Training;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistillStepTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {student: {width: 0.5, weights: fresh}, training: {batchNorm: frozen, epochs: 3}} | TRAINED
                    {student: {width: 0.5}, training: {epochs: 3}}                                    | FROZEN
                    {training: {batchNorm: trained, epochs: 3}}                                       | TRAINED
                    """)
    void batchNormKeepsItsStatisticsOnlyWhereThereAreAny(String step, Training.BatchNorm expected) {
        var plan =
                PlanReader.read(
                        """
                        name: taught
                        model: model
                        task: classification
                        data: {train: {folder: train}, test: {folder: test}}
                        steps: [{distill: %s}]
                        """
                                .formatted(step));

        var training = ((DistillStep) plan.steps().get(0)).training();

        assertThat(training.batchNorm()).isEqualTo(expected);
        assertThat(training.epochs()).isEqualTo(3);
    }
}
