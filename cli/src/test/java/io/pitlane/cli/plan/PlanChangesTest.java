package io.pitlane.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanChangesTest {
    private static final String PLAN =
            """
            name: signs
            model: model
            data:
              train: {images: train.gz, labels: train-labels.gz}
              test: {images: test.gz, labels: test-labels.gz}
            input: {resize: [30, 30]}
            steps:
              - prune: {ratio: 0.5}
              - prune: {ratio: 0.25}
              - quantize: {calibration: {method: percentile, percentile: 99.9}}
            constraints: {maxAccuracyDrop: 0.01}
            """;

    private final Plan plan = PlanReader.read(PLAN);

    /** The changed plan is the one whose author wrote it so. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    prune.ratio=0.6                     | ratio: 0.5  | ratio: 0.6
                    prune-2.ratio=0.6                   | ratio: 0.25 | ratio: 0.6
                    prune.fineTune.epochs=3             | ratio: 0.5  | 'ratio: 0.5, fineTune: {epochs: 3}'
                    prune.ignore=[conv1, "dense*"]      | ratio: 0.5  | 'ratio: 0.5, ignore: [conv1, "dense*"]'
                    quantize.calibration.percentile=99  | 99.9        | 99
                    quantize.calibration={method: mse}  | 'method: percentile, percentile: 99.9' | 'method: mse'
                    bench.batchSizes=[1]                | constraints | '  - bench: {batchSizes: [1]}\\nconstraints'
                    input.scale=0.5                     | resize:     | 'scale: 0.5, resize:'
                    constraints.maxAccuracyDrop=null    | maxAccuracyDrop: 0.01 | ''
                    name=others                         | name: signs | name: others
                    seed=3                              | name: signs | 'name: signs\\nseed: 3'
                    """)
    void anOptionIsChangedByItsPath(String setting, String from, String to) {
        // When
        var changed = new PlanChanges(List.of(setting)).applyTo(plan);

        // Then
        var written = PlanReader.read(PLAN.replace(from, to.replace("\\n", "\n")));
        assertThat(changed).isEqualTo(written).isNotEqualTo(plan);
    }

    @Test
    void severalOptionsAreChangedAtOnce() {
        // Given
        var changes =
                new PlanChanges(
                        List.of(
                                "quantize.calibration.percentile=null",
                                "quantize.calibration.method=mse"));

        // When
        var changed = changes.applyTo(plan);

        // Then
        assertThat(changed)
                .isEqualTo(
                        PlanReader.read(
                                PLAN.replace(
                                        "method: percentile, percentile: 99.9", "method: mse")));
        assertThat(new PlanChanges(List.of()).applyTo(plan)).isEqualTo(plan);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    quantize: {}              | quantize.calibration.method=mse | 'quantize: {calibration: {method: mse}}'
                    prune: {ratio: 0.5}       | prune.method=magnitude          | 'prune: {method: magnitude, ratio: 0.5}'
                    nas: {}                   | nas.objective.pick=accuracy     | 'nas: {objective: {pick: accuracy}}'
                    'prune: {ratio: 0.5, ratios: {b: 0.1, a: 0.2}}' | prune.ratio=0.6 | 'prune: {ratio: 0.6, ratios: {b: 0.1, a: 0.2}}'
                    """)
    void defaultsGiveWayToWhatIsChanged(String step, String setting, String expected) {
        // Given
        var before = planOf(step);

        // When
        var changed = new PlanChanges(List.of(setting)).applyTo(before);

        // Then
        assertThat(changed).isEqualTo(planOf(expected));
        assertThat(changed.toString()).isEqualTo(planOf(expected).toString());
    }

    private static Plan planOf(String step) {
        var rest = PLAN.substring(0, PLAN.indexOf("  - prune"));
        return PlanReader.read(rest + "  - " + step + "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    prune                      | is not of the form PATH=VALUE
                    =1                         | is not of the form PATH=VALUE
                    quantise.bits=4            | no step or field 'quantise' (it has prune, prune-2, quantize, bench, name,
                    prune-3.ratio=0.5          | no step or field 'prune-3'
                    prune.ratoi=0.5            | steps[0].prune.ratoi: unknown field 'ratoi'; did you mean 'ratio'?
                    prune.ratio=2              | steps[0].prune.ratio: must be
                    prune..ratio=2             | steps[0].prune.: unknown field
                    prune.ratio=[              | is not readable as YAML
                    model=other                | is that of the earlier run
                    data.train.images=other    | is that of the earlier run
                    quantize.calibration.method=mse | calibration.percentile
                    """)
    void aChangeThatDoesNotFitIsNamed(String setting, String message) {
        // Given
        var changes = new PlanChanges(List.of(setting));

        // Then
        assertThatThrownBy(() -> changes.applyTo(plan))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining(message);
    }
}
