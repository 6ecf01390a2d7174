package io.pitlane.pipeline.process;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.search.Trial;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.artifact.ArtifactStore;
import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs one job or trial at a time in a work folder: unpacks its inputs, runs the child, packs the
 * model that the child made.
 */
public final class JobRunner {
    private final WorkFolder folder;
    private final UnpackedArtifacts inputs;
    private final Settings settings;

    /**
     * How work is run.
     *
     * @param children how the child JVMs are run
     * @param threads for native arithmetic, where a step does not say
     * @param checkpointInterval time between two checkpoints
     * @param maxUnpacked bytes that a model or data may unpack to
     */
    public record Settings(
            ChildSettings children, int threads, Duration checkpointInterval, long maxUnpacked) {

        /** The settings of the service, for these children. */
        public static Settings of(ChildSettings children, PipelineConfig config) {
            var all = Runtime.getRuntime().availableProcessors();
            return new Settings(
                    children,
                    config.job().threads().orElse(all),
                    config.checkpoint().every(),
                    config.artifact().maxUnpacked().asLongValue());
        }
    }

    /**
     * A runner.
     *
     * @param folder used by nobody else
     */
    public JobRunner(Path folder, ArtifactStore store, Settings settings) {
        this.folder = new WorkFolder(folder);
        this.inputs = new UnpackedArtifacts(this.folder.inputs(), store);
        this.settings = settings;
    }

    /** The work folder. */
    public Path folder() {
        return folder.root();
    }

    /** Empties the work folder. */
    public void clean() {
        inputs.keepOnly(Set.of());
        folder.clear();
    }

    /**
     * A child for the next task; empties the work folder but for its inputs.
     *
     * @param since when the time until the deadline began to run
     */
    public ChildProcess child(Instant since) {
        folder.clear();
        return new ChildProcess(settings.children(), folder.child(), since);
    }

    /** The deadline of work that began at some time. */
    public Instant deadline(Instant since) {
        return since.plus(settings.children().deadline());
    }

    /** A folder for the service's own files about the current task. */
    public Path scratch() {
        return folder.scratch();
    }

    /**
     * Unpacks the inputs of a job.
     *
     * @param preparation the result of its preparation; null where there is none
     * @throws FailureException when an input is not available
     */
    public StageTask task(Job job, String preparation) {
        var models = job.models().stream().map(m -> m.artifact().digest());
        inputs.keepOnly(
                Stream.concat(models, Stream.of(job.data().digest())).collect(Collectors.toSet()));
        return new StageTask(
                job.runId(),
                job.plan(),
                job.step(),
                job.models().stream().map(this::unpack).toList(),
                inputs.folderOf(job.data(), settings.maxUnpacked()),
                job.data().digest(),
                job.lineage(),
                folder.output(),
                folder.checkpoints(),
                settings.checkpointInterval().toMillis() / 1000.0,
                preparation);
    }

    private StageTask.LocalModel unpack(RunModel model) {
        var artifact = model.artifact();
        return new StageTask.LocalModel(
                model.label(),
                inputs.folderOf(artifact, settings.maxUnpacked()),
                artifact.digest(),
                artifact.sizeBytes(),
                model.notes());
    }

    /**
     * Runs the step of a job.
     *
     * @param startedAt when the job was begun
     * @throws FailureException when the step fails
     */
    public StepResult run(
            StageTask task, ChildProcess child, Instant startedAt, ProgressListener progress) {
        var threads =
                Optional.ofNullable(task.options().nativeThreads()).orElse(settings.threads());
        var outcome = child.run(task, threads, progress);
        var seconds = Duration.between(startedAt, Instant.now()).toMillis() / 1000.0;
        if (outcome instanceof StageOutcome.ModelMade made) {
            var file = folder.scratch().resolve("model.tar.gz");
            var packed = pack(made, task, file);
            return new StepResult.PackedModel(
                    file,
                    packed.unpackedBytes(),
                    made.notes(),
                    made.findings(),
                    startedAt,
                    seconds);
        }
        var measured = (StageOutcome.Measured) outcome;
        return new StepResult.FinalReport(
                measured.report(),
                new DeliverableFiles(task, folder.scratch()).of(measured.deliverables()));
    }

    /**
     * Runs a trial.
     *
     * @throws FailureException when there is no score
     */
    public TrialScore score(
            StageTask task, Trial trial, ChildProcess child, ProgressListener progress) {
        return child.score(task, trial, settings.threads(), progress);
    }

    private static Archive.Packed pack(StageOutcome.ModelMade made, StageTask task, Path file) {
        if (!made.savedModel().normalize().startsWith(task.output())
                || !Files.isDirectory(made.savedModel())) {
            throw new FailureException(
                    Failure.Kind.INTERNAL,
                    "The stage left no model in its output folder.",
                    "Report it together with the log.");
        }
        return Archive.pack(made.savedModel(), file);
    }
}
