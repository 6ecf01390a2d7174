package io.pitlane.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.LayerFigures;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.formats.packed.PackedModelWriter;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.stage.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchStageTest {
    private static final TinyClassifier WORSE = TinyRun.ORIGINAL.noisy(0.3);
    private static final TinyClassifier HALF = new TinyClassifier(-1, 8, 0, 1);

    private static TinyRun run;
    private static int[] labels;
    private static Report report;

    @BeforeAll
    static void benchThreeModels(@TempDir Path folder) throws IOException {
        run =
                new TinyRun(folder)
                        .model("original", TinyRun.ORIGINAL)
                        .model("prune", WORSE)
                        .model("quantize", HALF);
        // A Keras export has such files beside the graph.
        Files.write(run.savedModel(0).resolve("optimizer-state"), new byte[100_000]);
        labels = run.labels();
        report = run.bench(labels);
    }

    @Test
    void theServiceLoaderFindsTheStage() {
        assertThat(ServiceLoader.load(Stage.class))
                .extracting(stage -> stage.name().label())
                .containsExactly("bench");
    }

    @Test
    void accuracyEqualsThatOfPlainTensorFlow() {
        assertAccuracy(report.models().get(0).accuracy(), run.scores(0));
        assertAccuracy(report.models().get(1).accuracy(), run.scores(1));
        assertThat(report.comparison().get(0).accuracyDrop())
                .isCloseTo(share(run.scores(0), 1) - share(run.scores(1), 1), within(1e-12))
                .isPositive();
    }

    @Test
    void theDropHasTheIntervalOfTheImagesThatOneModelRecognises() {
        var before = run.scores(0);
        var after = run.scores(1);
        int lost = 0;
        int gained = 0;
        for (int i = 0; i < TinyRun.IMAGES; i++) {
            boolean was = TinyRun.top(before[i]) == labels[i];
            boolean is = TinyRun.top(after[i]) == labels[i];
            lost += was && !is ? 1 : 0;
            gained += is && !was ? 1 : 0;
        }

        var comparison = report.comparison().get(0);
        assertThat(comparison.interval().images()).isEqualTo(TinyRun.IMAGES);
        assertThat(comparison.interval().discordant().lost()).isEqualTo(lost).isPositive();
        assertThat(comparison.interval().discordant().gained()).isEqualTo(gained);
        assertThat(comparison.accuracyDrop())
                .isBetween(comparison.interval().low(), comparison.interval().high());
    }

    @Test
    void fidelityIsTheDistanceBetweenTheOutputs() {
        var originalScores = run.scores(0);
        var worseScores = run.scores(1);
        double agreed = 0;
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < TinyRun.IMAGES; i++) {
            agreed +=
                    TinyRun.top(originalScores[i]) == TinyRun.top(worseScores[i])
                            ? 1.0 / TinyRun.IMAGES
                            : 0;
            for (int c = 0; c < TinyClassifier.CLASSES; c++) {
                difference += Math.pow(originalScores[i][c] - worseScores[i][c], 2);
                norm += Math.pow(originalScores[i][c], 2);
            }
        }
        var fidelity = report.models().get(1).fidelity();
        assertThat(fidelity.agreement()).isCloseTo(agreed, within(1e-9)).isLessThan(1);
        assertThat(fidelity.relativeL2())
                .isCloseTo(Math.sqrt(difference / norm), within(1e-5))
                .isPositive();
        assertThat(report.models().get(0).fidelity()).isEqualTo(new Report.Fidelity(1.0, 0.0));
    }

    @Test
    void everyModelHasItsSizeAndItsLatencyAtEveryBatchSize() throws IOException {
        assertThat(report.models())
                .extracting(ModelFigures::label)
                .containsExactly("original", "prune", "quantize");
        var last = report.models().get(2);
        assertThat(last.parameters()).isEqualTo(HALF.parameters());
        assertThat(last.macs()).isEqualTo(HALF.macs());
        assertThat(last.format()).isEqualTo("float32");
        assertThat(last.sizeBytes())
                .isEqualTo(Files.size(run.savedModel(2).resolve("saved_model.pb")));
        assertThat(last.packedBytes()).isEqualTo(packedBytes(2));
        assertThat(report.models())
                .allSatisfy(
                        m -> {
                            assertThat(m.latency())
                                    .extracting(Report.Latency::batch)
                                    .containsExactly(1, 4);
                            assertThat(m.latency()).allSatisfy(BenchStageTest::assertConsistent);
                        });
        var comparison = report.comparison().get(1);
        assertThat(comparison.macsRatio())
                .isCloseTo((double) TinyRun.ORIGINAL.macs() / HALF.macs(), within(1e-12));
        assertThat(comparison.speedup()).extracting(Report.Speedup::batch).containsExactly(1, 4);
        assertThat(comparison.speedup().get(1).median())
                .isCloseTo(
                        report.models().get(0).latency().get(1).p50Millis()
                                / last.latency().get(1).p50Millis(),
                        within(1e-9));
        assertThat(comparison.speedup())
                .allSatisfy(
                        speedup ->
                                assertThat(speedup.paired())
                                        .isBetween(speedup.low(), speedup.high()));
    }

    @Test
    void theLayersOfTheCandidateAreThoseThatHaveMacs() {
        var layers = report.layers();

        assertThat(layers.stream().mapToLong(LayerFigures::macs).sum()).isEqualTo(HALF.macs());
        assertThat(layers.stream().mapToLong(LayerFigures::originalMacs).sum())
                .isEqualTo(TinyRun.ORIGINAL.macs());
        assertThat(layers).extracting(LayerFigures::bits).containsOnly(32);
    }

    @Test
    void theSizeOfTheOriginalIsThatOfItsFlatGraph() throws IOException {
        var original = report.models().get(0);

        assertThat(original.sizeBytes())
                .isEqualTo(Files.size(run.savedModel(0).resolve("saved_model.pb")));
        assertThat(original.packedBytes()).isEqualTo(packedBytes(0));
        assertThat(original.parameters()).isEqualTo(TinyRun.ORIGINAL.parameters());
    }

    private static int packedBytes(int model) {
        return PackedModelWriter.pack(SavedModelReader.read(run.savedModel(model))).length;
    }

    @Test
    void theReportIsTheSameAfterJson() throws IOException {
        var json = ContractJson.MAPPER.writeValueAsString(report);

        assertThat(ContractJson.MAPPER.readValue(json, Report.class)).isEqualTo(report);
        assertThat(json).doesNotContain("NaN", "Infinity", "p99Millis", "p999Millis");
    }

    @Test
    void theReportHasDataNotesAndEnvironment() {
        assertThat(report.data())
                .isEqualTo(new Report.DataFigures("data-digest", 10, TinyRun.IMAGES));
        assertThat(report.models().get(1).notes()).startsWith("a note of prune");
        assertThat(report.models().get(0).notes())
                .anySatisfy(note -> assertThat(note).startsWith("Timed as"));
        assertThat(report.environment().threads()).isEqualTo(TensorFlowRuntime.threads());
    }

    @Test
    void progressRisesFromZeroToOne() {
        assertThat(run.progress()).isSorted().startsWith(0.0).endsWith(1.0).hasSizeBetween(10, 120);
    }

    private static void assertConsistent(Report.Latency latency) {
        assertThat(latency.samples()).isBetween(15, 999);
        assertThat(latency.p50Millis()).isPositive().isLessThanOrEqualTo(latency.p90Millis());
        assertThat(latency.p90Millis()).isLessThanOrEqualTo(latency.p95Millis());
        assertThat(latency.p99Millis()).isNull();
        assertThat(latency.p999Millis()).isNull();
        assertThat(latency.imagesPerSecond()).isPositive();
    }

    private static void assertAccuracy(Accuracy found, float[][] scores) {
        var accuracy = (Accuracy.Classification) found;
        assertThat(accuracy.top1()).isCloseTo(share(scores, 1), within(1e-12)).isBetween(0.2, 0.95);
        assertThat(accuracy.top5()).isCloseTo(share(scores, 5), within(1e-12));
        for (int c = 0; c < TinyClassifier.CLASSES; c++) {
            int of = c;
            var ofClass = IntStream.range(0, labels.length).filter(i -> labels[i] == of).toArray();
            long hits = IntStream.of(ofClass).filter(i -> TinyRun.top(scores[i]) == of).count();
            if (ofClass.length == 0) {
                assertThat(accuracy.perClassRecall()).doesNotContainKey(c);
            } else {
                assertThat(accuracy.perClassRecall())
                        .containsEntry(c, (double) hits / ofClass.length);
            }
        }
    }

    private static double share(float[][] scores, int places) {
        return IntStream.range(0, labels.length)
                .map(i -> better(scores[i], labels[i]) < places ? 1 : 0)
                .average()
                .orElseThrow();
    }

    private static long better(float[] scores, int label) {
        return IntStream.range(0, scores.length).filter(c -> scores[c] > scores[label]).count();
    }
}
