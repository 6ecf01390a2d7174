package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.PlannedStep;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a quantize step is refused for before anything is uploaded. */
class QuantizeStepCheckTest {
    @TempDir private Path folder;

    /** A convolution with batch norm, and a dense layer. */
    @BeforeEach
    void writeModel() {
        var net = new NetBuilder(5, -1, 16, 16, 3);
        var norm = net.batchNorm("bn", net.conv("conv", "x", net.weights(3, 3, 3, 8), 1), 8);
        var mean = net.globalMean("mean", net.unary("Relu", "relu", norm), false);
        SavedModelWriter.write(net.build(net.dense("dense", mean, 8, 4)), folder.resolve("model"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "float: [dense, konv] | steps[0].quantize.float: the model has no layer 'konv'",
                "int16: [conv, bn] | steps[0].quantize.int16: the model has no layer 'bn'",
                "scheme: weight-only, float: [konv] | steps[0].quantize.float: the model has no layer",
                "calibration: {layers: {'konv': {method: mse}}}"
                        + " | steps[0].quantize.calibration.layers: the model has no layer 'konv'",
            })
    void aPatternMustMatchALayer(String options, String message) {
        assertThatThrownBy(() -> check("- quantize: {%s}".formatted(options), 0))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        refusal -> {
                            assertThat(refusal.kind()).isEqualTo(Failure.Kind.INVALID_INPUT);
                            assertThat(refusal.getMessage())
                                    .startsWith(message)
                                    .endsWith("its layers are conv, dense.");
                            assertThat(refusal.action()).isNotBlank();
                        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{float: ['d*'], int16: [conv]}",
                "{calibration: {layers: {mean: {method: mse}, '*': {method: entropy}}}}",
            })
    void patternsThatMatchAreAccepted(String options) {
        assertThatCode(() -> check("- quantize: " + options, 0)).doesNotThrowAnyException();
    }

    @Test
    void theLayersOfAModelThatAnEarlierStepMakesAreNotKnown() {
        var steps = "- distill: {student: {width: 0.5}}\n  - quantize: {float: [other]}";

        assertThatCode(() -> check(steps, 1)).doesNotThrowAnyException();
    }

    private void check(String steps, int index) {
        var plan =
                PlanReader.read(
                        """
                        name: check
                        model: model
                        data:
                          train: {images: train}
                          test: {images: test}
                        steps:
                          %s
                        """
                                .formatted(steps));
        new QuantizeStage().check(new PlannedStep(plan, index, folder.resolve("model"), folder));
    }
}
