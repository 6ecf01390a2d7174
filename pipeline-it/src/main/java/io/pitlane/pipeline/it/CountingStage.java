package io.pitlane.pipeline.it;

import io.pitlane.contract.StageName;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts to {@link #LAST}, ten milliseconds a step, and leaves checkpoints as training does. A plan
 * named {@code held} stops half way until it may go on; one named {@code hasty} does too, and
 * leaves a checkpoint at every step.
 */
public final class CountingStage implements Stage {
    /** The last step. */
    public static final int LAST = 200;

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
        var diary = new Diary(task.plan().model());
        var state = task.checkpoints().resolve("state");
        var start = Files.exists(state) ? Integer.parseInt(Files.readString(state)) : 0;
        diary.note("begins at " + start);
        var saved = System.nanoTime();
        for (int step = start + 1; step <= LAST; step++) {
            LockSupport.parkNanos(STEP);
            diary.note("step " + step);
            progress.at(step / (double) LAST, "step " + step + "/" + LAST);
            var since = System.nanoTime() - saved;
            if (since >= task.checkpointSeconds() * 1e9 || task.plan().name().equals("hasty")) {
                save(state, step);
                saved = System.nanoTime();
            }
            if (step == LAST / 2 && !task.plan().name().equals("free")) {
                diary.note("holds");
                diary.await("go");
            }
        }
        var model = Files.createDirectories(task.output().resolve("model"));
        Files.writeString(model.resolve("saved_model.pb"), "counted from " + start);
        return new StageOutcome.ModelMade(model, List.of());
    }

    private static void save(Path state, int step) throws IOException {
        var unfinished = state.resolveSibling("state" + StageTask.UNFINISHED);
        Files.writeString(unfinished, "" + step);
        Files.move(unfinished, state, StandardCopyOption.ATOMIC_MOVE);
    }
}
