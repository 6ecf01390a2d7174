package io.pitlane.pipeline.stage;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.run.LineageEntry;
import io.pitlane.contract.step.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * One step of one run, with everything it needs as local files.
 *
 * @param runId the run
 * @param plan the whole plan; its data paths are relative to {@code data}
 * @param step index of the step to do
 * @param models every model so far, the original first; the last is the one to work on
 * @param data folder of the unpacked training and test images
 * @param dataDigest digest of the data artifact
 * @param lineage how each model after the original came to be
 * @param output empty folder for what the stage makes
 * @param checkpoints folder for what long work needs to be resumed; holds what the last replica at
 *     this step left there, else nothing. Its files are sent to the artifact log while the stage
 *     works, so replace files whole (write, then rename) and give unfinished ones names that end in
 *     {@code .tmp}. A second attempt after a crash finds it as the first left it
 * @param checkpointSeconds time between two checkpoints in seconds, see {@link
 *     #checkpointInterval()}
 * @param preparation the result of the step's {@link Preparation}; null where there is none
 */
public record StageTask(
        String runId,
        Plan plan,
        int step,
        List<LocalModel> models,
        Path data,
        String dataDigest,
        List<LineageEntry> lineage,
        Path output,
        Path checkpoints,
        double checkpointSeconds,
        String preparation) {

    /** Ends the name of a file in the checkpoints folder that is not complete. */
    public static final String UNFINISHED = ".tmp";

    /**
     * A model of the run on this machine.
     *
     * @param label {@code original} or the label of the step that made it
     * @param savedModel folder of the SavedModel
     * @param digest digest of its artifact
     * @param packedBytes size of its artifact, or of another packed form
     * @param notes of the step that made it
     */
    public record LocalModel(
            String label, Path savedModel, String digest, long packedBytes, List<String> notes) {}

    /** The model that came in, the teacher of every fine-tuning. */
    public LocalModel original() {
        return models.get(0);
    }

    /** The model to work on. */
    public LocalModel current() {
        return models.get(models.size() - 1);
    }

    /** Time between two checkpoints; files that are written more often are not sent more often. */
    public Duration checkpointInterval() {
        return Duration.ofMillis(Math.round(checkpointSeconds * 1000));
    }

    /** The options of this step. */
    public <S extends Step> S options(Class<S> type) {
        return type.cast(plan.steps().get(step));
    }

    /** The step to do. */
    @JsonIgnore
    public Step options() {
        return plan.steps().get(step);
    }
}
