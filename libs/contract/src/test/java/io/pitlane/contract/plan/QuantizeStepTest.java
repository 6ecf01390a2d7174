package io.pitlane.contract.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.quantization.ActivationOptions;
import io.pitlane.contract.quantization.Corrections;
import io.pitlane.contract.quantization.Corrections.BiasCorrection;
import io.pitlane.contract.quantization.WeightOptions;
import io.pitlane.contract.quantization.WeightOptions.Granularity;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.contract.training.DistillationLoss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantizeStepTest {
    @Test
    void activationsAreAsymmetricAndWeightsPerChannelByDefault() {
        var step = read("{scheme: int8}");

        assertThat(step.activations().type()).isEqualTo(ActivationOptions.Type.ASYMMETRIC);
        assertThat(step.weights().granularity()).isEqualTo(Granularity.PER_CHANNEL);
        assertThat(step.floatLayers()).isNull();
    }

    @Test
    void schemesAreReadByTheirNames() {
        var step =
                read(
                        """
                        {activations: {type: symmetric}, weights: {granularity: per-tensor},
                         float: ["head/*", conv1]}""");

        assertThat(step.activations())
                .isEqualTo(new ActivationOptions(ActivationOptions.Type.SYMMETRIC));
        assertThat(step.weights()).isEqualTo(WeightOptions.of(Granularity.PER_TENSOR, null));
        assertThat(step.floatLayers()).containsExactly("head/*", "conv1");
    }

    @Test
    void biasesAreCorrectedWhereActivationsAreQuantized() {
        assertThat(read("{}").corrections().biasCorrection()).isEqualTo(BiasCorrection.EMPIRICAL);
        assertThat(read("{corrections: {equalization: true}}").corrections())
                .isEqualTo(new Corrections(true, BiasCorrection.EMPIRICAL, null));
        assertThat(read("{corrections: {biasCorrection: none}}").corrections())
                .isEqualTo(Corrections.NONE);
        assertThat(read("{scheme: weight-only}").corrections()).isEqualTo(Corrections.NONE);
    }

    @Test
    void anUnknownTypeIsAnErrorThatListsTheTypes() {
        assertThatThrownBy(() -> read("{activations: {type: signed}}"))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining("steps[0].quantize.activations.type")
                .hasMessageContaining("asymmetric");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {weights: {bits: 4}}                              | weights.bits: must be 8
                    {scheme: weight-only, weights: {bits: 3}}         | weights.bits: must be 8 or 4, but is 3
                    {weights: {clusters: 8}}                          | weights.clusters: and initialization have an effect
                    {scheme: weight-sharing, weights: {clusters: 1}}  | weights.clusters: must be between 2
                    {scheme: weight-only, int16: [conv]}              | int16: has an effect on quantized activations only
                    {scheme: bfloat16, activations: {type: symmetric}} | activations: has an effect on quantized activations only
                    {scheme: weight-only, inputType: uint8}           | inputType: is for models with quantized activations
                    {scheme: weight-only, corrections: {equalization: true}} | corrections: has an effect with schemes int8
                    {scheme: bfloat16, training: {}}                  | training: needs a scheme with steps
                    {scheme: weight-sharing, sensitivity: {}}         | sensitivity: needs a scheme with steps
                    {scheme: weight-only, budget: {latencyMillis: 1, engine: tflite}} | budget.latencyMillis: needs a scheme with quantized activations
                    {scheme: piecewise-linear, budget: {macsInt8: 1}} | budget: needs a scheme with steps
                    {scheme: power-of-two, training: {}}              | training.quantizationSteps: must be fixed
                    {rate: {lambda: 0.00001}}                         | rate: has an effect with scheme: entropy only
                    {scheme: entropy, rate: {lambda: -1}}             | rate.lambda: must be between 0 and 1
                    {scheme: entropy, rate: {learningRate: 0}}        | rate.learningRate: must be above 0 and at most 1 step
                    {scheme: entropy, rate: {lambda: 0.1}, maxAccuracyDrop: 0.01} | rate.lambda: has no effect with a limit
                    {scheme: entropy, rate: {loss: {labels: 0, softTargets: 0}}} | rate.loss.softTargets: labels and softTargets
                    {scheme: entropy, training: {epochs: 0}}          | training.epochs: must be at least 1
                    {scheme: entropy, training: {patience: 3}}        | training.patience: has no effect
                    {scheme: entropy, training: {learningRates: [0.1, 0.2]}} | training.learningRates: has no effect
                    {scheme: entropy, weights: {bits: 4}}             | weights: has no effect with scheme: entropy
                    {scheme: entropy, float: [conv]}                  | float: is not for scheme: entropy
                    {scheme: entropy, sensitivity: {}}                | sensitivity: needs a scheme with steps
                    {scheme: entropy, budget: {macsInt8: 0.5}}        | budget: must be sizeBytes
                    """)
    void whatTheSchemeHasNoUseForIsAnError(String step, String problem) {
        assertThatThrownBy(() -> read(step))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining("steps[0].quantize." + problem);
    }

    @Test
    void schemeEntropyTrainsByDefault() {
        var step = read("{scheme: entropy, rate: {loss: {temperature: 2}}}");

        assertThat(step.training().epochs()).isEqualTo(30);
        assertThat(step.training().batchSize()).isEqualTo(128);
        assertThat(step.rate().lambda()).isNull();
        assertThat(step.rate().steps()).isEqualTo(Granularity.PER_TENSOR);
        assertThat(step.rate().loss()).isEqualTo(new DistillationLoss(0.3, 0.7, 2.0));
    }

    @Test
    void aTargetOfSchemeEntropyTakesSeveralTrainings() {
        var once = read("{scheme: entropy, training: {epochs: 10}}");
        var searched = read("{scheme: entropy, training: {epochs: 10}, maxAccuracyDrop: 0.01}");

        assertThat(once.work().epochs()).isEqualTo(10);
        assertThat(searched.work().epochs()).isEqualTo(80);
        assertThat(searched.summary()).endsWith("trains them for 10 epochs, up to 8 times");
    }

    @Test
    void aModelOfPixelsCannotStandardizeEachImage() {
        // Given
        var plan =
                """
                name: quantize
                model: original
                data: {train: {npz: train.npz}, test: {npz: test.npz}}
                input: {standardize: image}
                steps: [{quantize: {inputType: uint8}}]
                """;

        // When, Then
        assertThatThrownBy(() -> PlanReader.read(plan))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining(
                        "steps[0].quantize.inputType: must be float32 with input.standardize");
    }

    private static QuantizeStep read(String step) {
        var plan =
                PlanReader.read(
                        """
                        name: quantized
                        model: model
                        task: classification
                        data: {train: {folder: train}, test: {folder: test}}
                        steps: [{quantize: %s}]
                        """
                                .formatted(step));
        return (QuantizeStep) plan.steps().get(0);
    }
}
