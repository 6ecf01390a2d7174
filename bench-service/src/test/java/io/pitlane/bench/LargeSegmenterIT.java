package io.pitlane.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.step.BenchStep;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A U-Net for images of 512 x 512. */
@Tag("long")
class LargeSegmenterIT {
    private static final int SIZE = 512;

    /**
     * Two models on three engines, in whole designs of six rounds: the least that is 15 or more.
     */
    private static final int FEWEST_SAMPLES = 18;

    @TempDir Path folder;

    @Test
    void aSlowModelIsTimedWithinItsBudget() throws IOException {
        var step = BenchStep.builder().batchSizes(List.of(1, 8)).build();
        var report = bench(step, new AvailableMemory());

        // Then: ten seconds a model or the fewest samples
        assertThat(report.models())
                .allSatisfy(
                        model ->
                                assertThat(model.latency())
                                        .isNotEmpty()
                                        .allSatisfy(LargeSegmenterIT::assertWithinBudget));
    }

    private static void assertWithinBudget(Report.Latency latency) {
        double seconds = latency.samples() * latency.batch() / latency.imagesPerSecond();
        assertThat(latency.samples()).isGreaterThanOrEqualTo(FEWEST_SAMPLES);
        assertThat(latency.samples() == FEWEST_SAMPLES || seconds < 20)
                .as("%s samples in %s seconds", latency.samples(), seconds)
                .isTrue();
    }

    @Test
    void aBatchThatDoesNotFitInMemoryIsSkippedWithANote() throws IOException {
        // Given: room for the JVM, and for some images but not for hundreds
        long available = Runtime.getRuntime().maxMemory() + (400L << 20);
        var proc = Files.createDirectory(folder.resolve("proc"));
        Files.writeString(proc.resolve("meminfo"), "MemAvailable: " + available / 1024 + " kB\n");
        var step =
                BenchStep.builder()
                        .batchSizes(List.of(1, 256))
                        .engines(List.of(Engine.TENSORFLOW))
                        .seconds(0.1)
                        .build();

        // When
        var report = bench(step, new AvailableMemory(proc, proc));

        // Then
        assertThat(report.models())
                .allSatisfy(
                        model ->
                                assertThat(model.latency())
                                        .extracting(Report.Latency::batch)
                                        .containsExactly(1));
        assertThat(report.models().get(0).notes())
                .anySatisfy(
                        note -> assertThat(note).startsWith("Batch size 256 was not timed: it"));
        assertThat(report.comparison().get(0).speedup())
                .extracting(Report.Speedup::batch)
                .containsExactly(1);
    }

    private Report bench(BenchStep step, AvailableMemory memory) throws IOException {
        TensorFlowRuntime.load();
        var images = IdxImages.random(2, SIZE, 5).write(folder.resolve("data"), "test", null);
        var task =
                new StageTask(
                        "run-1",
                        plan(step, images),
                        0,
                        List.of(model("original"), model("prune")),
                        folder.resolve("data"),
                        "data-digest",
                        List.of(),
                        Files.createDirectory(folder.resolve("output")),
                        folder,
                        30,
                        null);
        var outcome =
                new BenchStage(memory, EngineAvailability::of).run(task, ProgressListener.NONE);
        return ((StageOutcome.Measured) outcome).report();
    }

    private StageTask.LocalModel model(String label) {
        var saved = folder.resolve(label);
        SavedModelWriter.write(SampleGraphs.unet(SIZE), saved);
        return new StageTask.LocalModel(label, saved, label, 1234, List.of());
    }

    private static Plan plan(BenchStep step, DataSource images) {
        return Plan.builder()
                .name("segmenter")
                .model("model")
                .task(Task.SEGMENTATION)
                .data(new DataSpec(images, images))
                .input(InputSpec.DEFAULT)
                .steps(List.of(step))
                .seed(1L)
                .build();
    }
}
