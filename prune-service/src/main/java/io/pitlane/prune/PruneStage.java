package io.pitlane.prune;

import io.pitlane.analysis.TrainingImages;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.StageName;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ModelAdvice;
import io.pitlane.pipeline.stage.PlannedStep;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.training.checkpoint.FileCheckpoints;
import java.nio.file.Path;

/** Prunes the current model of a run, then fine-tunes it with the original as the teacher. */
public final class PruneStage implements Stage {
    // Shares of the progress at the end of each phase.
    private static final double READ = 0.02;
    private static final double MADE = 0.98;

    @Override
    public StageName name() {
        return StageName.PRUNE;
    }

    @Override
    public ModelAdvice describe(Path savedModel) {
        return PruneAdvice.of(SavedModelReader.read(savedModel));
    }

    @Override
    public void check(PlannedStep step) {
        new PruneStepCheck(step).run();
    }

    @Override
    public StageOutcome run(StageTask task, ProgressListener progress) {
        progress.at(0, "reading the model");
        var before = SavedModelReader.read(task.current().savedModel(), task.plan().signature());
        progress.at(READ, "pruning");
        var context = context(task, before, progress).part(READ, MADE);
        var pruned = new StepPruning(before, context).prune(task.options(PruneStep.class));
        progress.at(MADE, "writing the model");
        var folder = task.output().resolve("model");
        SavedModelWriter.write(pruned.graph(), folder);
        progress.at(1, "pruned");
        return new StageOutcome.ModelMade(folder, pruned.notes(), pruned.findings());
    }

    private static PruningContext context(
            StageTask task, FlatGraph before, ProgressListener progress) {
        var plan = task.plan();
        return new PruningContext(
                plan,
                SavedModelReader.read(task.original().savedModel(), plan.signature()),
                new TrainingImages(plan, task.data(), before),
                new FileCheckpoints(task.checkpoints(), task.checkpointInterval()),
                task.output(),
                progress);
    }
}
