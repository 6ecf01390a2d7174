package io.pitlane.pipeline.worker;

import io.pitlane.contract.BenchStep;
import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.Job;
import io.pitlane.contract.Report;
import io.pitlane.contract.RunModel;
import io.pitlane.contract.Trial;
import io.pitlane.contract.TrialScore;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.artifact.ArtifactStore;
import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.process.ChildProcess;
import io.pitlane.pipeline.process.ChildSettings;
import io.pitlane.pipeline.process.Folders;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folder where one job or trial at a time is done: inputs are unpacked into it, a child works
 * in it, what the child made is packed in it.
 */
final class Workshop {
    private final Path folder;
    private final Inputs inputs;
    private final Settings settings;

    /**
     * How work is done.
     *
     * @param children how the JVMs that do it are run
     * @param threads for native arithmetic, where a step does not say
     * @param checkpointEvery time between two checkpoints
     */
    record Settings(ChildSettings children, int threads, Duration checkpointEvery) {

        static Settings of(ChildSettings children, PipelineConfig config) {
            var all = Runtime.getRuntime().availableProcessors();
            return new Settings(
                    children, config.job().threads().orElse(all), config.checkpoint().every());
        }
    }

    /**
     * A workshop.
     *
     * @param folder its own; relative paths would lead elsewhere in a child
     */
    Workshop(Path folder, ArtifactStore store, Settings settings) {
        this.folder = folder.toAbsolutePath().normalize();
        this.inputs = new Inputs(this.folder.resolve("inputs"), store);
        this.settings = settings;
    }

    /** Where it is. */
    Path folder() {
        return folder;
    }

    /** What a job came to. */
    sealed interface Product {}

    /** A model, packed. */
    record Made(Path packed, List<String> notes, Instant startedAt, double seconds)
            implements Product {}

    /** The report that ends the run. */
    record Measured(Report report) implements Product {}

    /** Removes whatever work left behind. */
    void clean() {
        try {
            inputs.keepOnly(Set.of());
            tidy();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All but the inputs, which the next trial may need. */
    private void tidy() throws IOException {
        for (var name : List.of("child", "output", "checkpoints", "scratch")) {
            Folders.delete(folder.resolve(name));
        }
    }

    /**
     * A child for the next job; its folder is empty.
     *
     * @param since when the time until the deadline began to run
     */
    ChildProcess child(Instant since) {
        try {
            tidy();
            return new ChildProcess(settings.children(), empty("child"), since);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Until when a work that began at some time must be done. */
    Instant deadline(Instant since) {
        return since.plus(settings.children().deadline());
    }

    /**
     * Unpacks what a job needs.
     *
     * @param preparation what its preparation came to; null where there is none
     * @throws FailureException when that cannot be had
     */
    StageTask task(Job job, String preparation) {
        var models = job.models().stream().map(m -> m.artifact().digest());
        inputs.keepOnly(
                Stream.concat(models, Stream.of(job.data().digest())).collect(Collectors.toSet()));
        return new StageTask(
                job.runId(),
                job.plan(),
                job.step(),
                job.models().stream().map(this::local).toList(),
                inputs.unpacked(job.data(), Archive.Limits.DATA),
                job.data().digest(),
                job.lineage(),
                folder.resolve("output"),
                empty("checkpoints"),
                settings.checkpointEvery().toMillis() / 1000.0,
                preparation);
    }

    private StageTask.LocalModel local(RunModel model) {
        var artifact = model.artifact();
        return new StageTask.LocalModel(
                model.label(),
                inputs.unpacked(artifact, Archive.Limits.MODEL),
                artifact.digest(),
                artifact.sizeBytes(),
                model.notes());
    }

    /** An empty folder for whoever looks after the work; gone with it. */
    Path scratch() {
        return empty("scratch");
    }

    private Path empty(String name) {
        try {
            return Files.createDirectories(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Does a job.
     *
     * @param startedAt when it was begun
     * @throws FailureException when the run cannot go on
     */
    Product make(StageTask task, ChildProcess child, Instant startedAt, ProgressListener progress) {
        var outcome = child.run(task, threads(task), progress);
        var seconds = Duration.between(startedAt, Instant.now()).toMillis() / 1000.0;
        if (outcome instanceof StageOutcome.ModelMade made) {
            return new Made(pack(made, task), made.notes(), startedAt, seconds);
        }
        return new Measured(((StageOutcome.Measured) outcome).report());
    }

    /**
     * Does a trial.
     *
     * @throws FailureException when there is no score
     */
    TrialScore score(StageTask task, Trial trial, ChildProcess child, ProgressListener progress) {
        return child.score(task, trial, settings.threads(), progress);
    }

    private Path pack(StageOutcome.ModelMade made, StageTask task) {
        if (!made.savedModel().normalize().startsWith(task.output())
                || !Files.isDirectory(made.savedModel())) {
            throw new FailureException(
                    Failure.Kind.INTERNAL,
                    "The stage left no model in its output folder.",
                    "Report it together with the log.");
        }
        var packed = scratch().resolve("model.tar.gz");
        Archive.pack(made.savedModel(), packed);
        return packed;
    }

    /** Bench is measured with the threads it was asked to. */
    private int threads(StageTask task) {
        return task.options() instanceof BenchStep bench ? bench.threads() : settings.threads();
    }
}
