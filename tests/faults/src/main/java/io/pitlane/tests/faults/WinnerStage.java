package io.pitlane.tests.faults;

import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;

/** Makes a model of the coordinator's result, once the test permits it. */
public final class WinnerStage implements Stage {

    @Override
    public StageName name() {
        return StageName.NAS;
    }

    @Override
    public StageOutcome run(StageTask task, ProgressListener progress) {
        var eventLog = new EventLog(task.plan().model());
        eventLog.note("winner begins");
        eventLog.await("win");
        try {
            var model = Files.createDirectories(task.output().resolve("model"));
            var found = task.preparation().strip();
            Files.writeString(model.resolve("saved_model.pb"), found);
            return new StageOutcome.ModelMade(model, List.of(found));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
