package io.pitlane.pipeline.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.RunModel;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepKeysTest {
    private static final String PLAN =
            """
            name: signs
            model: model
            task: classification
            signature: serving_default
            output: probabilities
            data:
              train: {images: train.gz, labels: train-labels.gz}
              test: {images: test.gz, labels: test-labels.gz}
            input: {resize: [30, 30], scale: 1.0}
            steps:
              - prune: {ratio: 0.5, fineTune: {epochs: 2}}
              - bench: {threads: 1, batchSizes: [1]}
            constraints: {maxAccuracyDrop: 0.01}
            seed: 1
            """;

    private final StepKeys keys = new StepKeys(() -> "code");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ratio: 0.5              | ratio: 0.6
                    epochs: 2               | epochs: 3
                    epochs: 2               | 'epochs: 2, learningRate: 0.02'
                    'prune: {ratio: 0.5'    | 'distill: {student: {width: 0.5}, training: {epochs: 1}}\\n  - prune: {ratio: 0.5'
                    task: classification    | task: segmentation
                    serving_default         | predict
                    probabilities           | logits
                    images: train.gz        | images: others.gz
                    'resize: [30, 30]'      | 'resize: [32, 32]'
                    scale: 1.0              | scale: 0.5
                    seed: 1                 | seed: 2
                    """)
    void whatAResultDependsOnChangesTheKey(String from, String to) {
        assertThat(key(changed(from, to))).isNotEqualTo(key(PLAN));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    name: signs             | name: others
                    model: model            | model: elsewhere
                    epochs: 2               | 'epochs: 2, batchSize: 64'
                    'ratio: 0.5, fineTune: {epochs: 2}' | 'fineTune: {epochs: 2}, ratio: 0.50'
                    threads: 1              | threads: 2
                    'batchSizes: [1]'       | 'batchSizes: [1, 8]'
                    maxAccuracyDrop: 0.01   | maxAccuracyDrop: 0.5
                    images: test.gz         | images: others.gz
                    '  - bench'             | '  - quantize: {}\\n  - bench'
                    seed: 1                 | 'seed: 1\\ncache: false'
                    seed: 1                 | 'seed: 1\\nrelease: manual'
                    seed: 1                 | 'seed: 1\\ndeliver: [onnx]'
                    """)
    void whatAResultDoesNotDependOnChangesNothing(String from, String to) {
        assertThat(key(changed(from, to))).isEqualTo(key(PLAN)).matches("prune:[0-9a-f]{64}");
    }

    /** A field that is added to plans belongs into the key, unless no result depends on it. */
    @Test
    void everyFieldOfAPlanIsInTheKeyOrOfNoConsequence() {
        var inTheKey = List.of("steps", "data", "task", "input", "signature", "output", "seed");
        var ofNoConsequence =
                List.of(
                        "name",
                        "model",
                        "frozenGraph",
                        "constraints",
                        "release",
                        "deliver",
                        "cache");

        assertThat(Plan.class.getRecordComponents())
                .extracting(RecordComponent::getName)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(inTheKey.stream(), ofNoConsequence.stream()).toList());
    }

    @Test
    void theThreadsOfBenchCountWhereALatencyIsTheTarget() {
        // Given
        var target = changed("ratio: 0.5", "target: {latencyMillis: 2}");

        // When
        var one = key(target);
        var two = key(target.replace("threads: 1", "threads: 2"));

        // Then
        assertThat(two).isNotEqualTo(one);
    }

    @Test
    void eachInputAndTheCodeCountAndTheRunDoesNot() {
        // Given
        var one = job("run", PLAN, "data", "original", "pruned");
        var different = new HashSet<String>();

        // When
        different.add(keys.of(one));
        different.add(keys.of(job("run", PLAN, "data", "original", "others")));
        different.add(keys.of(job("run", PLAN, "data", "others", "pruned")));
        different.add(keys.of(job("run", PLAN, "others", "original", "pruned")));
        different.add(new StepKeys(() -> "changed code").of(one));
        var sameStep = keys.of(job("another run", PLAN, "data", "original", "between", "pruned"));

        // Then
        assertThat(different).hasSize(5).contains(sameStep);
    }

    @Test
    void theOrderInWhichOptionsAreWrittenDoesNotCount() {
        // Given
        var ratios = changed("ratio: 0.5", "ratio: 0.5, ratios: {conv1: 0.1, conv2: 0.2}");

        // When
        var reordered = ratios.replace("conv1: 0.1, conv2: 0.2", "conv2: 0.2, conv1: 0.1");

        // Then
        assertThat(key(reordered)).isEqualTo(key(ratios)).isNotEqualTo(key(PLAN));
    }

    private static String changed(String from, String to) {
        assertThat(PLAN).contains(from);
        return PLAN.replace(from, to.replace("\\n", "\n"));
    }

    private String key(String plan) {
        return keys.of(job("run", plan, "data", "original"));
    }

    private static Job job(String run, String plan, String data, String... models) {
        var artifacts =
                List.of(models).stream()
                        .map(name -> new RunModel(name, artifact(name), List.of()))
                        .toList();
        return new Job(
                run,
                PlanReader.read(plan),
                0,
                artifact(data),
                artifacts,
                List.of(),
                Instant.ofEpochSecond(Set.of(run).hashCode()));
    }

    private static ArtifactRef artifact(String digest) {
        return ArtifactRef.builder().digest(digest).build();
    }
}
