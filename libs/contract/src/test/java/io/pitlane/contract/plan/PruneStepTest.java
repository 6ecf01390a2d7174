package io.pitlane.contract.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.training.Training.BatchNorm;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PruneStepTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {}                                              | AUTO
                    {fineTune: {epochs: 2}}                         | AUTO
                    {fineTune: {epochs: 2, batchNorm: frozen}}      | FROZEN
                    {fineTune: {epochs: 2, batchNorm: trained}}     | TRAINED
                    {method: magnitude, fineTune: {epochs: 2}}      | AUTO
                    """)
    void batchNormIsTrainedUnlessThePlanSaysOtherwise(String step, BatchNorm expected) {
        assertThat(read(step).fineTune().batchNorm()).isEqualTo(expected);
    }

    @Test
    void aStepIsTheSameAfterItWasWrittenAndRead() throws IOException {
        var step = read("{ratio: 0.3, rounds: 4, fineTune: {epochs: 2}}");

        var json = ContractJson.MAPPER.writeValueAsString(step);

        assertThat(ContractJson.MAPPER.readValue(json, PruneStep.class)).isEqualTo(step);
    }

    private static PruneStep read(String step) {
        var plan =
                PlanReader.read(
                        """
                        name: pruned
                        model: model
                        task: classification
                        data: {train: {folder: train}, test: {folder: test}}
                        steps: [{prune: %s}]
                        """
                                .formatted(step));
        return (PruneStep) plan.steps().get(0);
    }
}
