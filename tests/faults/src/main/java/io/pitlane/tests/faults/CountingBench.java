package io.pitlane.tests.faults;

import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Measures nothing, delivers a file, and returns a report that passes. */
public final class CountingBench implements Stage {

    @Override
    public StageName name() {
        return StageName.BENCH;
    }

    @Override
    public StageOutcome run(StageTask task, ProgressListener progress) {
        var eventLog = new EventLog(task.plan().model());
        eventLog.note("bench begins");
        if (Behaviour.of(task) == Behaviour.HELDBENCH) {
            Behaviour.HELD.atHalf(eventLog);
        }
        return new StageOutcome.Measured(
                Report.builder()
                        .run(task.runId())
                        .plan(task.plan())
                        .verdict(new Report.Verdict(true, List.of(), List.of()))
                        .models(List.of())
                        .comparison(List.of())
                        .lineage(task.lineage())
                        .build(),
                List.of(new StageOutcome.Deliverable(DeliveryFormat.ONNX, export(task))));
    }

    private static Path export(StageTask task) {
        try {
            var file = task.output().resolve(DeliveryFormat.ONNX.fileName());
            return Files.writeString(file, "made of " + task.current().digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
