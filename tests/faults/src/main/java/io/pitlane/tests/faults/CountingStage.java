package io.pitlane.tests.faults;

import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts to {@link #LAST}, ten milliseconds a step, writes checkpoints as training does, and makes
 * a model that depends on the run's plan only, wherever it was resumed. Half way through it behaves
 * as the plan's name says; see {@link Behaviour}.
 */
public final class CountingStage implements Stage {
    /** The last step. */
    public static final int LAST = 200;

    /** Enough for several chunks; numbers that look random cannot be packed. */
    private static final int MODEL_BYTES = 5 << 20;

    private static final long STEP = TimeUnit.MILLISECONDS.toNanos(10);

    @Override
    public StageName name() {
        return StageName.PRUNE;
    }

    @Override
    public StageOutcome run(StageTask task, ProgressListener progress) {
        try {
            return count(task, progress);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private StageOutcome count(StageTask task, ProgressListener progress) throws IOException {
        var behaviour = Behaviour.of(task);
        var eventLog = new EventLog(task.plan().model());
        var state = task.checkpoints().resolve("state");
        var start = Files.exists(state) ? Integer.parseInt(Files.readString(state)) : 0;
        eventLog.note("begins at " + start);
        var saved = System.nanoTime();
        for (int step = start + 1; step <= LAST; step++) {
            LockSupport.parkNanos(behaviour == Behaviour.QUICK ? 0 : STEP);
            eventLog.note("step " + step);
            progress.at(step / (double) LAST, "step " + step + "/" + LAST);
            var since = System.nanoTime() - saved;
            if (since >= task.checkpointInterval().toNanos()
                    || behaviour.checkpointsAtEveryStep()) {
                save(state, step);
                saved = System.nanoTime();
            }
            if (step == LAST / 2) {
                behaviour.atHalf(eventLog);
            }
        }
        return new StageOutcome.ModelMade(model(task), List.of("counted from " + start));
    }

    private static Path model(StageTask task) throws IOException {
        var model = Files.createDirectories(task.output().resolve("model"));
        var weights = new byte[MODEL_BYTES];
        new Random(task.plan().seed() + task.step()).nextBytes(weights);
        Files.write(model.resolve("saved_model.pb"), weights);
        return model;
    }

    private static void save(Path state, int step) throws IOException {
        var unfinished = state.resolveSibling("state" + StageTask.UNFINISHED);
        Files.writeString(unfinished, "" + step);
        Files.move(unfinished, state, StandardCopyOption.ATOMIC_MOVE);
    }
}
