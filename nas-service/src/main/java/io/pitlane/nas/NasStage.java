package io.pitlane.nas;

import io.pitlane.contract.step.NasStep;
import io.pitlane.contract.step.StageName;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Trains the winner of a search to the end; it becomes the current model of the run. */
public final class NasStage implements Stage {
    private static final double TRAINING_SHARE = 0.98;

    @Override
    public StageName name() {
        return StageName.NAS;
    }

    @Override
    public ModelAdvice describe(Path savedModel) {
        return NasAdvice.of(SavedModelReader.read(savedModel));
    }

    @Override
    public void check(PlannedStep step) {
        new NasStepCheck(step).run();
    }

    @Override
    public StageOutcome run(StageTask task, ProgressListener progress) {
        var step = task.options(NasStep.class);
        var result = SearchResult.fromJson(task.preparation());
        var phase = ProgressRange.ofTraining(step).mapTo(progress);
        phase.at(0, "training the winner, " + result.winner().genome());
        var original = SavedModelReader.read(task.original().savedModel(), task.plan().signature());
        var training = TrialTraining.open(task.plan(), original, task.data());
        var trained = train(task, step, result, training, phase);
        phase.at(TRAINING_SHARE, "writing the model");
        var folder = task.output().resolve("model");
        SavedModelWriter.write(trained.graph(), folder);
        phase.at(1, "search and training complete");
        return new StageOutcome.ModelMade(folder, notes(result, step, training, trained, original));
    }

    private static TrainedModel train(
            StageTask task,
            NasStep step,
            SearchResult result,
            TrialTraining training,
            ProgressListener progress) {
        var every = task.checkpointInterval();
        var genome = Genome.parse(result.winner().genome());
        return training.train(
                new NetworkBuilder(training.target(), task.plan().seed()).build(genome),
                step.training(),
                step.loss(),
                trainer ->
                        trainer.withCheckpoints(
                                new FileCheckpoints(task.checkpoints(), every), "winner"),
                progress.part(0, TRAINING_SHARE, "winner")::at);
    }

    private static List<String> notes(
            SearchResult result,
            NasStep step,
            TrialTraining training,
            TrainedModel trained,
            FlatGraph original) {
        var notes = new ArrayList<>(new SearchNotes(result).lines());
        notes.add(1, trainingNote(step, training, trained));
        trained.microBatchNote().ifPresent(notes::add);
        if (training.usesPseudoLabels()) {
            notes.add(
                    "the training images have no labels: the original's predictions served as"
                            + " pseudo-labels");
        }
        notes.addAll(droppedPorts(training.target(), original.signature()));
        return List.copyOf(notes);
    }

    private static List<String> droppedPorts(NetworkInterface target, GraphSignature signature) {
        var kept = Set.of(target.input().name(), target.scores().name());
        return Stream.concat(signature.inputs().stream(), signature.outputs().stream())
                .map(GraphSignature.Port::name)
                .filter(name -> !kept.contains(name))
                .map("the network has no '%s', which the original has"::formatted)
                .toList();
    }

    private static String trainingNote(NasStep step, TrialTraining training, TrainedModel trained) {
        var epochs = "trained for %d epochs".formatted(trained.epochs());
        if (step.training().validation() == 0) {
            return epochs;
        }
        return epochs
                + String.format(
                        Locale.ROOT,
                        "; best epoch %d, validation accuracy %.4f",
                        trained.bestEpoch(),
                        training.accuracy(trained.graph(), step.training()));
    }
}
