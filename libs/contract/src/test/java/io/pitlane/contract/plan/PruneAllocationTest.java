package io.pitlane.contract.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.pruning.PruningTarget;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.PruneStep.Criterion;
import io.pitlane.contract.step.PruneStep.Policy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much a prune step removes, and from which groups. */
class PruneAllocationTest {
    @Test
    void aRatioIsRemovedFromEveryGroupByDefault() {
        var step = read("{}");

        assertThat(step.ratio()).isEqualTo(0.5);
        assertThat(step.policy()).isEqualTo(Policy.UNIFORM);
        assertThat(step.criterion()).isEqualTo(Criterion.L1);
        assertThat(step.maxRatio()).isNull();
    }

    @Test
    void aTargetTakesThePlaceOfRatioAndPolicy() {
        var step = read("{target: {macs: 0.4}}");

        assertThat(step.target()).isEqualTo(PruningTarget.ofMacs(0.4));
        assertThat(step.ratio()).isNull();
        assertThat(step.policy()).isNull();
        assertThat(step.criterion()).isNull();
        assertThat(step.maxRatio()).isEqualTo(0.9);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {target: {}}                              | target: must have one of macs, parameters, sizeBytes and latencyMillis
                    {target: {macs: 0.5, parameters: 0.5}}    | target: must have one of macs, parameters, sizeBytes and latencyMillis
                    {target: {macs: 1.5}}                     | target.macs: must be above 0 and below 1
                    {target: {latencyMillis: 0}}              | target.latencyMillis: must be above 0
                    {target: {macs: 0.5, engine: tflite}}     | target.engine: has an effect with latencyMillis only
                    {target: {latencyMillis: 1}, minAgreement: 0.9} | target.latencyMillis: cannot be searched for a limit of the loss
                    {target: {sizeBytes: 0}}                  | target.sizeBytes: must be at least 1
                    {ratios: {conv: 1}}                       | ratios.conv: must be at least 0 and below 1
                    {maxRatio: 1, policy: global}             | maxRatio: must be above 0 and below 1
                    {maxRatio: 0.4, policy: global}           | maxRatio: must be at least the ratio 0.5
                    {roundTo: 1}                              | roundTo: must be between 2 and 1024
                    {sensitivity: {samples: 0}}               | sensitivity.samples: must be between 1 and 100000
                    {sensitivity: {ratios: [0.5, 0.25]}}      | sensitivity.ratios: must be ascending
                    {sensitivity: {ratios: [0.5, 1]}}         | sensitivity.ratios: must be above 0 and below 1
                    """)
    void anOptionOutOfRangeIsAnError(String step, String problem) {
        assertThatThrownBy(() -> read(step))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining("steps[0].prune." + problem);
    }

    @Test
    void aLatencyOnOnnxRuntimeKeepsWholeBlocksOfChannels() {
        assertThat(read("{target: {latencyMillis: 2, engine: onnxruntime}}").roundTo())
                .isEqualTo(16);
        assertThat(read("{target: {latencyMillis: 2, engine: onnxruntime}, roundTo: 8}").roundTo())
                .isEqualTo(8);
        assertThat(read("{target: {latencyMillis: 2, engine: tensorflow}}").roundTo()).isEqualTo(8);
        assertThat(read("{target: {latencyMillis: 2, engine: tflite}}").roundTo()).isNull();
        assertThat(read("{target: {macs: 0.5}}").roundTo()).isNull();
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
