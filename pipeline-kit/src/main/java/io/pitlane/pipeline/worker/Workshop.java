package io.pitlane.pipeline.worker;

import io.pitlane.contract.ArtifactRef;
import io.pitlane.contract.BenchStep;
import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.Job;
import io.pitlane.contract.Report;
import io.pitlane.contract.RunModel;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.artifact.ArtifactStore;
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
import java.util.ArrayList;
import java.util.List;

/**
 * The folder where one job at a time is done: inputs are unpacked into it, a child works in it,
 * what the child made is packed in it.
 */
final class Workshop {
    private final Path folder;
    private final ArtifactStore store;
    private final ChildSettings children;
    private final Duration checkpointEvery;

    /**
     * A workshop.
     *
     * @param parent holds the folder, and may hold other things, which stay untouched
     */
    Workshop(Path parent, ArtifactStore store, ChildSettings children, Duration checkpointEvery) {
        // The child has a working folder of its own: relative paths would lead elsewhere there.
        this.folder = parent.toAbsolutePath().normalize().resolve("job");
        this.store = store;
        this.children = children;
        this.checkpointEvery = checkpointEvery;
    }

    /** What a job came to. */
    sealed interface Product {}

    /** A model, packed. */
    record Made(Path packed, List<String> notes, Instant startedAt, double seconds)
            implements Product {}

    /** The report that ends the run. */
    record Measured(Report report) implements Product {}

    /** Removes whatever a job left behind. */
    void clean() {
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A child for the next job; its folder is empty. */
    ChildProcess child() {
        clean();
        try {
            return new ChildProcess(children, Files.createDirectories(folder.resolve("child")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Does the job.
     *
     * @throws FailureException when the run cannot go on
     */
    Product make(Job job, ChildProcess child, ProgressListener progress) {
        var startedAt = Instant.now();
        var task = task(job);
        var outcome = child.run(task, threads(job), progress);
        var seconds = Duration.between(startedAt, Instant.now()).toMillis() / 1000.0;
        if (outcome instanceof StageOutcome.ModelMade made) {
            return new Made(pack(made, task), made.notes(), startedAt, seconds);
        }
        return new Measured(((StageOutcome.Measured) outcome).report());
    }

    private StageTask task(Job job) {
        var models = new ArrayList<StageTask.LocalModel>();
        for (int i = 0; i < job.models().size(); i++) {
            models.add(local(job.models().get(i), folder.resolve("models").resolve("" + i)));
        }
        return new StageTask(
                job.runId(),
                job.plan(),
                job.step(),
                models,
                unpack(job.data(), folder.resolve("data"), Archive.Limits.DATA),
                job.data().digest(),
                job.lineage(),
                folder.resolve("output"),
                emptyFolder("checkpoints"),
                checkpointEvery.toMillis() / 1000.0,
                null);
    }

    private Path emptyFolder(String name) {
        try {
            return Files.createDirectories(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private StageTask.LocalModel local(RunModel model, Path unpacked) {
        var artifact = model.artifact();
        return new StageTask.LocalModel(
                model.label(),
                unpack(artifact, unpacked, Archive.Limits.MODEL),
                artifact.digest(),
                artifact.sizeBytes(),
                model.notes());
    }

    private Path unpack(ArtifactRef ref, Path target, Archive.Limits limits) {
        Archive.unpack(store.fetch(ref), target, limits);
        return target;
    }

    private Path pack(StageOutcome.ModelMade made, StageTask task) {
        if (!made.savedModel().normalize().startsWith(task.output())
                || !Files.isDirectory(made.savedModel())) {
            throw new FailureException(
                    Failure.Kind.INTERNAL,
                    "The stage left no model in its output folder.",
                    "Report it together with the log.");
        }
        var packed = folder.resolve("model.tar.gz");
        Archive.pack(made.savedModel(), packed);
        return packed;
    }

    /** Bench is measured with the threads it was asked to; work is done with all there are. */
    private static int threads(Job job) {
        return job.plan().steps().get(job.step()) instanceof BenchStep bench
                ? bench.threads()
                : Runtime.getRuntime().availableProcessors();
    }
}
