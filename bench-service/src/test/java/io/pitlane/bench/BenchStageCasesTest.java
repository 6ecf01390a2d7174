package io.pitlane.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.Constraints;
import io.pitlane.contract.report.Report;
import java.io.IOException;
import java.nio.file.Path;
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
    void aCandidateBelowItsConstraintFails() throws IOException {
        run.model("original", TinyRun.ORIGINAL)
                .model("prune", TinyRun.ORIGINAL.noisy(0.3))
                .constraints(Constraints.builder().maxAccuracyDrop(0.001).build());

        var report = run.bench(run.labels());

        assertThat(report.verdict().passed()).isFalse();
        assertThat(report.verdict().violations()).singleElement().asString().startsWith("Top-1");
    }

    @Test
    void withoutAnyStepTheOriginalIsItsOwnCandidate() throws IOException {
        run.model("original", TinyRun.ORIGINAL)
                .constraints(Constraints.builder().maxAccuracyDrop(0.0).build());

        var report = run.bench(run.labels());

        assertThat(report.verdict().passed()).isTrue();
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
