package io.pitlane.contract.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.step.NasStep;
import io.pitlane.contract.step.SearchSpace.Activation;
import io.pitlane.contract.step.SearchSpace.Block;
import io.pitlane.contract.training.Training;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NasStepTest {
    private static final String PLAN =
            """
            name: searched
            model: model
            task: classification
            data: {train: {folder: train}, test: {folder: test}}
            steps:
              - nas: %s
            """;

    private static Plan plan(String step) {
        return PlanReader.read(PLAN.formatted(step));
    }

    @Test
    void aSearchSpaceIsReadAsItIsWritten() {
        var plan =
                plan(
                        "{space: {version: 1, stem: {width: [8], stride: [1, 2]}, stages: ["
                                + "{block: [residual], width: [16], depth: [1, 2, 3], kernel: [3],"
                                + " stride: [1], activation: [relu6, swish]}]}}");

        var space = ((NasStep) plan.steps().get(0)).space();

        assertThat(space.stem().stride()).containsExactly(1, 2);
        assertThat(space.stem().kernel()).containsExactly(3);
        assertThat(space.stages().get(0).block()).containsExactly(Block.RESIDUAL);
        assertThat(space.stages().get(0).activation())
                .isEqualTo(List.of(Activation.RELU6, Activation.SWISH));
    }

    @Test
    void batchNormIsTrainedWhateverElseIsSaidAboutTraining() {
        var step =
                (NasStep)
                        plan("{trial: {epochs: 1}, training: {batchNorm: frozen}}").steps().get(0);

        assertThat(step.trial().epochs()).isEqualTo(1);
        assertThat(step.trial().batchNorm()).isEqualTo(Training.BatchNorm.TRAINED);
        assertThat(step.training().epochs()).isEqualTo(8);
        assertThat(step.training().batchNorm()).isEqualTo(Training.BatchNorm.TRAINED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{space: {stages: [{width: [0]}]}}; steps[0].nas.space.stages[0].width",
                "{space: {stages: [{kernel: [3, 4]}]}}; steps[0].nas.space.stages[0].kernel",
                "{space: {stages: [{depth: [1, 1]}]}}; steps[0].nas.space.stages[0].depth",
                "{space: {stem: {activation: []}, stages: [{}]}}; steps[0].nas.space.stem.activation",
                "{space: {version: 2, stages: [{}]}}; steps[0].nas.space.version",
                "{space: {stages: [{expansion: [17]}]}}; steps[0].nas.space.stages[0].expansion",
                "{space: {stages: [{block: [conv], expansion: [2]}]}};"
                        + " steps[0].nas.space.stages[0].expansion",
                "{loss: {labels: 0}}; steps[0].nas.loss.softTargets",
                "{loss: {temperature: 0}}; steps[0].nas.loss.temperature",
                "{space: {stages: []}}; steps[0].nas.space.stages",
                "{trial: {validation: 0}}; steps[0].nas.trial.validation",
                "{training: {epochs: 0}}; steps[0].nas.training.epochs",
                "{objective: {pick: cost}}; steps[0].nas.objective.minAccuracy",
            })
    void whatIsWrongIsNamed(String step, String path) {
        assertThatThrownBy(() -> plan(step))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining(path + ":");
    }

    @Test
    void onlyClassifiersAreSearchedFor() {
        var document = PLAN.replace("classification", "segmentation").formatted("{}");

        assertThatThrownBy(() -> PlanReader.read(document))
                .hasMessageContaining("steps[0].nas: finds classifiers, but the task is");
    }
}
