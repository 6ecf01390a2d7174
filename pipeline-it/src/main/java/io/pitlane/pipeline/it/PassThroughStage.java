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
import java.util.List;

/** Hands the model on as it is, with one more file that says who had it. */
public abstract class CarryingStage implements Stage {
    private final StageName name;

    CarryingStage(StageName name) {
        this.name = name;
    }

    /** Stands in for distillation. */
    public static final class Distill extends CarryingStage {
        public Distill() {
            super(StageName.DISTILL);
        }
    }

    /** Stands in for quantization. */
    public static final class Quantize extends CarryingStage {
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
            Files.writeString(model.resolve(name.label()), "had it");
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
