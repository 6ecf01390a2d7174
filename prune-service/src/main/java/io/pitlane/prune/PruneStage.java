package io.pitlane.prune;

import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.StageName;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ModelAdvice;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.training.FineTuning;
import io.pitlane.training.TrainedModel;
import io.pitlane.training.checkpoint.FileCheckpoints;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Prunes the current model of a run, then fine-tunes it with the original as the teacher. */
public final class PruneStage implements Stage {
    // Shares of the progress at the end of each phase.
    private static final double READ = 0.02;
    private static final double PRUNED = 0.05;
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
    public StageOutcome run(StageTask task, ProgressListener progress) {
        progress.at(0, "reading the model");
        var before = SavedModelReader.read(task.current().savedModel(), task.plan().signature());
        progress.at(READ, "pruning");
        var options = task.options(PruneStep.class);
        var pruned = prune(before, options);
        progress.at(PRUNED, pruned.notes().get(0));
        var notes = notes(pruned, options, before, task);
        var tuned = pruned.graph();
        if (options.fineTune().epochs() > 0) {
            var trained = fineTune(pruned, options, task, progress);
            trained.microBatchNote().ifPresent(notes::add);
            tuned = trained.graph();
        }
        progress.at(FINE_TUNED, "writing the model");
        var folder = task.output().resolve("model");
        SavedModelWriter.write(tuned, folder);
        progress.at(1, "pruned");
        return new StageOutcome.ModelMade(folder, notes);
    }

    /** A pruned model, with the masks of single weights that must stay zero. */
    private record Pruned(FlatGraph graph, Map<String, FloatTensor> masks, List<String> notes) {}

    private static Pruned prune(FlatGraph graph, PruneStep options) {
        return switch (options.method()) {
            case CHANNELS -> {
                var pruned =
                        switch (options.criterion()) {
                            case L1 -> new ChannelPruning(options.ratio()).prune(graph);
                        };
                yield new Pruned(pruned.graph(), Map.of(), pruned.notes());
            }
            case MAGNITUDE -> {
                var pruned = new MagnitudePruning(options.ratio(), options.scope()).prune(graph);
                yield new Pruned(pruned.graph(), pruned.masks(), pruned.notes());
            }
        };
    }

    private static TrainedModel fineTune(
            Pruned pruned, PruneStep options, StageTask task, ProgressListener progress) {
        var plan = task.plan();
        var images = ImageSources.open(plan.data().train(), task.data());
        var teacher = SavedModelReader.read(task.original().savedModel(), plan.signature());
        var input = ModelInputs.of(pruned.graph().signature(), plan.input()).image();
        var every = task.checkpointInterval();
        return new FineTuning(
                        pruned.graph(),
                        teacher,
                        plan.task(),
                        options.fineTune(),
                        options.loss(),
                        plan.seed())
                .withScoredOutput(plan.output())
                .withMasks(pruned.masks())
                .withCheckpoints(new FileCheckpoints(task.checkpoints(), every), "fine-tuning")
                .run(
                        images,
                        Preprocessor.of(plan.input(), input, images),
                        (share, message) ->
                                progress.at(PRUNED + share * (FINE_TUNED - PRUNED), message));
    }

    /** The shape of the first training image, for an input that takes any size. */
    private static Map<String, long[]> sizes(FlatGraph graph, StageTask task) {
        var plan = task.plan();
        var image = ModelInputs.of(graph.signature(), plan.input()).image();
        var first = ImageSources.open(plan.data().train(), task.data());
        var input = Preprocessor.of(plan.input(), image, first);
        var shape = input.batch(first, new int[] {0}).shape();
        return Map.of(image.name(), shape);
    }

    private static List<String> notes(
            Pruned pruned, PruneStep options, FlatGraph before, StageTask task) {
        var notes = new ArrayList<>(pruned.notes());
        notes.add(1, Reduction.between(before, pruned.graph(), sizes(before, task)).describe());
        if (options.fineTune().epochs() == 0) {
            notes.add("not fine-tuned: fineTune.epochs is 0");
        }
        return notes;
    }
}
