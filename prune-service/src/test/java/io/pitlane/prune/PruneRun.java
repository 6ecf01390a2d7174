package io.pitlane.prune;

import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs the stage with a plan of one step.
 *
 * @param original the SavedModel to prune
 * @param data training and test images, below {@code folder}
 * @param scratch an existing folder for outputs and checkpoints
 */
record PruneRun(Path original, DataSpec data, InputSpec input, Path folder, Path scratch) {

    /** What the stage makes, with checkpoints of its own. */
    ModelMade prune(PruneStep step) throws IOException {
        return prune(step, ProgressListener.NONE);
    }

    /** Likewise, listened to. */
    ModelMade prune(PruneStep step, ProgressListener progress) throws IOException {
        return prune(step, Files.createTempDirectory(scratch, "checkpoints"), progress);
    }

    /**
     * What the stage makes.
     *
     * @param checkpoints an existing folder
     */
    ModelMade prune(PruneStep step, Path checkpoints, ProgressListener progress)
            throws IOException {
        var plan =
                Plan.builder()
                        .name("plan")
                        .model("original")
                        .data(data)
                        .input(input)
                        .steps(List.of(step))
                        .seed(3L)
                        .build();
        var model = new StageTask.LocalModel("original", original, "0", 0, List.of());
        var task =
                new StageTask(
                        "run",
                        plan,
                        0,
                        List.of(model),
                        folder,
                        "0",
                        List.of(),
                        Files.createTempDirectory(scratch, "output"),
                        checkpoints,
                        30,
                        null);
        return (ModelMade) new PruneStage().run(task, progress);
    }
}
