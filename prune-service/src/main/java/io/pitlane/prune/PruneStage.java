package io.pitlane.prune;

import io.pitlane.analysis.TrainingImages;
import io.pitlane.contract.finding.Finding;
import io.pitlane.contract.finding.WeightSparsity;
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
import io.pitlane.training.TrainedModel;
import io.pitlane.training.checkpoint.FileCheckpoints;
import io.pitlane.training.weights.MaskSchedule;
import io.pitlane.training.weights.SparsityInvariant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Prunes the current model of a run, then fine-tunes it with the original as the teacher. */
public final class PruneStage implements Stage {
    // Shares of the progress at the end of each phase.
    private static final double READ = 0.02;
    private static final double FINE_TUNED = 0.98;

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
        var step = task.options(PruneStep.class);
        double prunedAt = READ + PruningRounds.progress(step) * (FINE_TUNED - READ);
        var context = context(task, before, progress);
        var pruned = PruningMethod.of(step).prune(before, step, context.part(READ, prunedAt));
        progress.at(prunedAt, pruned.notes().get(0));
        var trained = Optional.<TrainedModel>empty();
        if (step.fineTune().epochs() > 0) {
            trained =
                    Optional.of(
                            new RecoveryTraining(step, context.part(prunedAt, FINE_TUNED))
                                    .train(pruned, step.fineTune(), "fine-tuning"));
        }
        var tuned = trained.map(TrainedModel::graph).orElse(pruned.graph());
        var reduction = Reduction.between(before, tuned, context.images().shape());
        var notes = notes(pruned, step, tuned, reduction);
        trained.flatMap(TrainedModel::microBatchNote).ifPresent(notes::add);
        progress.at(FINE_TUNED, "writing the model");
        var folder = task.output().resolve("model");
        SparsityInvariant.checked(tuned, before);
        if (pruned.schedule() == MaskSchedule.NONE) {
            SparsityInvariant.checked(tuned, pruned.graph());
        }
        SavedModelWriter.write(tuned, folder);
        progress.at(1, "pruned");
        return new StageOutcome.ModelMade(folder, notes, findings(pruned, step, tuned));
    }

    private static List<Finding> findings(PrunedModel pruned, PruneStep step, FlatGraph tuned) {
        if (step.method() != PruneStep.Method.MAGNITUDE) {
            return pruned.findings();
        }
        var findings = new ArrayList<>(pruned.findings());
        var sparsity = Sparsity.of(tuned, pruned.masks().keySet());
        findings.add(new WeightSparsity(step.pattern(), sparsity.layers()));
        return findings;
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

    private static List<String> notes(
            PrunedModel pruned, PruneStep step, FlatGraph tuned, Reduction reduction) {
        var notes = new ArrayList<>(pruned.notes());
        if (!MagnitudeSchedule.isPrunedBefore(step)) {
            notes.add(0, Sparsity.of(tuned, pruned.masks().keySet()).describe());
        }
        notes.add(1, reduction.describe());
        if (step.fineTune().epochs() == 0) {
            notes.add("not fine-tuned: fineTune.epochs is 0");
        }
        return notes;
    }
}
