package io.pitlane.tests.techniques.benchmark;

import io.pitlane.contract.plan.Plan;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.pipeline.stage.StageTask.LocalModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Runs a stage of the pipeline in this process. */
public final class BenchmarkStage {
    private BenchmarkStage() {}

    /**
     * Does one step of a plan.
     *
     * @param step index of the step
     * @param models the original first
     * @param data folder that the plan's paths are in
     * @param folder for the checkpoints, for what the stage makes, and for {@code progress.txt},
     *     which tells what it is at
     */
    public static StageOutcome run(
            Stage stage, Plan plan, int step, List<LocalModel> models, Path data, Path folder)
            throws IOException {
        var output = Files.createDirectories(folder.resolve(stage.name().label()));
        var checkpoints = Files.createDirectories(folder.resolve("checkpoints"));
        var task =
                new StageTask(
                        "benchmark",
                        plan,
                        step,
                        models,
                        data,
                        "0",
                        List.of(),
                        output,
                        checkpoints,
                        30,
                        null);
        return stage.run(task, progressIn(folder.resolve("progress.txt")));
    }

    private static ProgressListener progressIn(Path file) {
        return (share, message) -> {
            try {
                Files.writeString(
                        file, String.format(Locale.ROOT, "%.0f %% %s%n", 100 * share, message));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + file, e);
            }
        };
    }

    /** The original of a plan. */
    public static LocalModel original(Plan plan, Path data) {
        return new LocalModel("original", data.resolve(plan.model()), "0", 0, List.of());
    }
}
