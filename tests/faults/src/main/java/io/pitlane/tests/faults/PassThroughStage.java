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
import java.util.List;

/** Returns the model as it is, with one more file named after the stage. */
public abstract class PassThroughStage implements Stage {
    private final StageName name;

    PassThroughStage(StageName name) {
        this.name = name;
    }

    /** Stands in for distillation. */
    public static final class Distill extends PassThroughStage {
        public Distill() {
            super(StageName.DISTILL);
        }
    }

    /** Stands in for quantization. */
    public static final class Quantize extends PassThroughStage {
        public Quantize() {
            super(StageName.QUANTIZE);
        }
    }

    @Override
    public StageName name() {
        return name;
    }

    @Override
    public StageOutcome run(StageTask task, ProgressListener progress) {
        var model = task.output().resolve("model");
        try {
            copy(task.current().savedModel(), Files.createDirectories(model));
            Files.writeString(model.resolve(name.label()), "passed");
            return new StageOutcome.ModelMade(model, List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.newDirectoryStream(from)) {
            for (var file : files) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
