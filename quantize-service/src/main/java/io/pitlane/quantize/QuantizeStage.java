package io.pitlane.quantize;

import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.contract.step.StageName;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ModelAdvice;
import io.pitlane.pipeline.stage.PlannedStep;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.training.weights.SparsityInvariant;
import java.nio.file.Path;

/** Quantizes the current model of a run. */
public final class QuantizeStage implements Stage {
    private static final double READ = 0.05;
    private static final double QUANTIZED = 0.95;

    @Override
    public StageName name() {
        return StageName.QUANTIZE;
    }

    @Override
    public ModelAdvice describe(Path savedModel) {
        return QuantizeAdvice.of(SavedModelReader.read(savedModel));
    }

    @Override
    public void check(PlannedStep step) {
        new QuantizeStepCheck(step).run();
    }

    /**
     * Quantizes the current model, by training images only.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when model or images are
     *     not usable, or training diverges
     */
    @Override
    public StageOutcome run(StageTask task, ProgressListener progress) {
        progress.at(0, "reading the model");
        var graph = SavedModelReader.read(task.current().savedModel(), task.plan().signature());
        var part = progress.part(READ, QUANTIZED);
        var made =
                new StepQuantization(task, graph, part).quantize(task.options(QuantizeStep.class));
        progress.at(QUANTIZED, "writing the model");
        var folder = task.output().resolve("model");
        SavedModelWriter.write(SparsityInvariant.checked(made.model().graph(), graph), folder);
        return new StageOutcome.ModelMade(folder, made.model().notes(), made.findings());
    }
}
