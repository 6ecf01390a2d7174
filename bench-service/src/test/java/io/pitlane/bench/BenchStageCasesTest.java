package io.pitlane.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.Constraints;
import io.pitlane.contract.plan.MaxLatency;
import io.pitlane.contract.plan.MinSpeedup;
import io.pitlane.contract.report.Condition;
import io.pitlane.contract.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BenchStageCasesTest {
    @TempDir Path folder;
    private TinyRun run;

    @BeforeEach
    void aRun() {
        run = new TinyRun(folder);
    }

    @Test
    void withoutLabelsThereIsFidelityButNoAccuracy() throws IOException {
        // Given
        run.model("original", TinyRun.ORIGINAL)
                .model("prune", TinyRun.ORIGINAL.noisy(0.3))
                .constraints(Constraints.builder().maxAccuracyDrop(0.5).build());

        // When
        var report = run.bench(null);

        // Then
        assertThat(report.models()).allSatisfy(m -> assertThat(m.accuracy()).isNull());
        assertThat(report.comparison().get(0).accuracyDrop()).isNull();
        assertThat(report.models().get(1).fidelity().agreement()).isBetween(0.2, 0.99);
        assertThat(report.verdict().violations())
                .containsExactly(
                        "maxAccuracyDrop cannot be judged: the test images have no labels.");
    }

    @Test
    void aNoteSaysWhyAModelIsLargerThanTheOneBefore() throws IOException {
        // Given: weights of 27 x 64 + 64 x 6 floats
        run.model("original", TinyRun.ORIGINAL)
                .model("prune", TinyRun.ORIGINAL)
                .model("quantize", new TinyClassifier(-1, 64, 0, 1));

        // When
        var report = run.bench(null);

        // Then
        assertThat(report.models().get(1).notes()).containsExactly("a note of prune");
        assertThat(report.models().get(2).notes())
                .anySatisfy(
                        note ->
                                assertThat(note)
                                        .startsWith("Larger on disk than 'prune' (")
                                        .contains("other constants take 8.5"));
    }

    @Test
    void aCandidateBelowItsConstraintFails() throws IOException {
        run.model("original", TinyRun.ORIGINAL)
                .model("prune", TinyRun.ORIGINAL.noisy(0.3))
                .constraints(Constraints.builder().maxAccuracyDrop(0.001).build());

        var report = run.bench(run.labels());

        assertThat(report.verdict().passed()).isFalse();
        assertThat(report.verdict().violations()).singleElement().asString().startsWith("Top-1");
    }

    @Test
    void withoutConstraintsALossOfAccuracyFails() throws IOException {
        run.model("original", TinyRun.ORIGINAL).model("prune", TinyRun.ORIGINAL.noisy(0.3));

        var labelled = run.bench(run.labels()).verdict();
        var unlabelled = run.bench(null).verdict();

        assertThat(labelled.passed()).isFalse();
        assertThat(labelled.conditions())
                .extracting(Condition::constraint, Condition::byDefault, Condition::met)
                .containsExactly(tuple("maxAccuracyDrop", true, false));
        assertThat(unlabelled.passed()).isFalse();
        assertThat(unlabelled.conditions())
                .extracting(Condition::constraint, Condition::byDefault, Condition::met)
                .containsExactly(tuple("minAgreement", true, false));
        assertThat(unlabelled.conditions().get(0).interval())
                .satisfies(
                        interval -> {
                            assertThat(interval.images()).isEqualTo(TinyRun.IMAGES);
                            assertThat(unlabelled.conditions().get(0).measured())
                                    .isBetween(interval.low(), interval.high());
                        });
    }

    @Test
    void aLargerAndSlowerCandidateThanAllowedFails() throws IOException {
        // Given: limits that no machine keeps, for speed, and one byte too few
        run.model("original", TinyRun.ORIGINAL)
                .model("prune", new TinyClassifier(-1, 8, 0, 1))
                .constraints(
                        Constraints.builder()
                                .maxAccuracyDrop(1)
                                .minSpeedup(List.of(new MinSpeedup(4, 1e6)))
                                .maxLatencyMillis(List.of(new MaxLatency(1, 1e-6, null)))
                                .maxSizeBytes(
                                        Files.size(run.savedModel(1).resolve("saved_model.pb")) - 1)
                                .minSizeRatio(1.01)
                                .build());

        // When
        var verdict = run.bench(run.labels()).verdict();

        // Then
        assertThat(verdict.passed()).isFalse();
        assertThat(verdict.conditions())
                .extracting(Condition::constraint, Condition::met)
                .containsExactly(
                        tuple("maxAccuracyDrop", true),
                        tuple("minSpeedup[batch 4]", false),
                        tuple("maxLatencyMillis[batch 1].p50", false),
                        tuple("maxSizeBytes", false),
                        tuple("minSizeRatio", true));
        assertThat(verdict.violations()).hasSize(3);
    }

    @Test
    void withoutAnyStepTheOriginalIsItsOwnCandidate() throws IOException {
        run.model("original", TinyRun.ORIGINAL)
                .constraints(
                        Constraints.builder()
                                .maxAccuracyDrop(0.0)
                                .minSpeedup(List.of(new MinSpeedup(4, 1.0)))
                                .minSizeRatio(1)
                                .build());

        var report = run.bench(run.labels());

        assertThat(report.verdict().passed()).isTrue();
        assertThat(report.verdict().conditions())
                .extracting(Condition::measured)
                .containsExactly(0.0, 1.0, 1.0);
        assertThat(report.comparison()).isEmpty();
    }

    @Test
    void aModelWithAFixedBatchSizeIsTimedAtThatOnlyAndAnOriginalAsItsFlatGraph()
            throws IOException {
        // Given: labels from the same weights at any batch size
        var labels = new TinyRun(folder.resolve("free")).model("free", TinyRun.ORIGINAL).labels();
        run.model("original", TinyRun.ORIGINAL.ofBatch(7))
                .model("prune", TinyRun.ORIGINAL.ofBatch(7).noisy(0.3));

        // When
        var report = run.bench(labels);

        // Then: the padding of the last batch does not count
        assertThat(report.models().get(0).accuracy().headline().value()).isBetween(0.88, 0.95);
        var original = report.models().get(0);
        var candidate = report.models().get(1);
        assertThat(candidate.latency()).extracting(Report.Latency::batch).containsExactly(7);
        assertThat(candidate.notes()).anySatisfy(n -> assertThat(n).contains("exactly 7 images"));
        assertThat(original.latency()).extracting(Report.Latency::batch).contains(1, 7);
        assertThat(original.notes())
                .anySatisfy(n -> assertThat(n).contains("its batch dimension is dynamic now"))
                .anySatisfy(n -> assertThat(n).startsWith("Timed as its flat graph"));
        assertThat(report.comparison().get(0).speedup()).hasSize(1);
    }

    static Stream<TinyClassifier> nonFiniteModels() {
        // The second's convolution overflows, so that its sums are infinity minus infinity.
        return Stream.of(TinyRun.ORIGINAL.withGain(Float.NaN), TinyRun.ORIGINAL.noisy(1e37));
    }

    @ParameterizedTest
    @MethodSource("nonFiniteModels")
    void aModelWithNonFiniteWeightsOrOutputsFailsTheRunByItsName(TinyClassifier model) {
        run.model("original", TinyRun.ORIGINAL).model("prune", model);

        assertThatThrownBy(() -> run.bench(null))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        failure -> {
                            assertThat(failure.kind()).isEqualTo(Failure.Kind.INVALID_INPUT);
                            assertThat(failure).hasMessageContaining("'prune'");
                            assertThat(failure).hasMessageContaining("NaN");
                        });
    }
}
