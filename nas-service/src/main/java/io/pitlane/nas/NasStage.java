package io.pitlane.nas;

import io.pitlane.contract.NasStep;
import io.pitlane.contract.StageName;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.GraphSignature;
import io.pitlane.model.savedmodel.SavedModelReader;
import io.pitlane.model.savedmodel.SavedModelWriter;
import io.pitlane.model.train.FileCheckpoints;
import io.pitlane.model.train.Trained;
import io.pitlane.nas.build.NetworkBuilder;
import io.pitlane.nas.coordinate.SearchResult;
import io.pitlane.nas.coordinate.StepShare;
import io.pitlane.nas.space.Genome;
import io.pitlane.nas.train.Lesson;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Trains the winner of a search to the end; it becomes the run's model. */
public final class NasStage implements Stage {
    private static final double TRAINED = 0.98;

    @Override
    public StageName name() {
        return StageName.NAS;
    }

    @Override
    public StageOutcome run(StageTask task, ProgressListener progress) {
        var step = task.options(NasStep.class);
        var result = SearchResult.fromJson(task.preparation());
        double from = StepShare.ofSearch(step);
        ProgressListener rest = (share, message) -> progress.at(from + share * (1 - from), message);
        rest.at(0, "training the winner, " + result.winner().genome());
        var original = SavedModelReader.read(task.original().savedModel(), task.plan().signature());
        var lesson = Lesson.open(task.plan(), original, task.data());
        var trained = train(task, step, result, lesson, rest);
        rest.at(TRAINED, "writing the model");
        var folder = task.output().resolve("model");
        SavedModelWriter.write(trained.graph(), folder);
        rest.at(1, "searched and trained");
        return new StageOutcome.ModelMade(folder, notes(result, step, lesson, trained, original));
    }

    private static Trained train(
            StageTask task,
            NasStep step,
            SearchResult result,
            Lesson lesson,
            ProgressListener progress) {
        var every = task.checkpointInterval();
        var genome = Genome.parse(result.winner().genome());
        return lesson.train(
                new NetworkBuilder(lesson.outline(), task.plan().seed()).build(genome),
                step.training(),
                step.softTargets(),
                trainer ->
                        trainer.withCheckpoints(
                                new FileCheckpoints(task.checkpoints(), every), "winner"),
                (share, message) -> progress.at(share * TRAINED, "winner: " + message));
    }

    private static List<String> notes(
            SearchResult result, NasStep step, Lesson lesson, Trained trained, FlatGraph original) {
        var notes = new ArrayList<>(new WinnerNotes(result).lines());
        notes.add(1, outcome(step, lesson, trained));
        if (lesson.isTaughtByTheOriginal()) {
            notes.add("the training images have no labels: the original's answers stood for them");
        }
        notes.addAll(leftOut(lesson, original.signature()));
        return List.copyOf(notes);
    }

    private static List<String> leftOut(Lesson lesson, GraphSignature signature) {
        var kept = Set.of(lesson.outline().input().name(), lesson.outline().scores().name());
        return Stream.concat(signature.inputs().stream(), signature.outputs().stream())
                .map(GraphSignature.Port::name)
                .filter(name -> !kept.contains(name))
                .map(name -> "left out: '%s' of the original".formatted(name))
                .toList();
    }

    private static String outcome(NasStep step, Lesson lesson, Trained trained) {
        var epochs = "trained for %d epochs".formatted(trained.epochs());
        if (step.training().validation() == 0) {
            return epochs;
        }
        return epochs
                + String.format(
                        Locale.ROOT,
                        ", the best of them %d: %.4f of the images set aside are classified right",
                        trained.bestEpoch(),
                        lesson.accuracy(trained.graph(), step.training()));
    }
}
