package io.pitlane.distill;

import io.pitlane.contract.DistillStep;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.FineTune;
import io.pitlane.contract.StageName;
import io.pitlane.model.channels.ChannelPruning;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.data.Preprocessor;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.savedmodel.SavedModelReader;
import io.pitlane.model.savedmodel.SavedModelWriter;
import io.pitlane.model.train.FineTuning;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import java.util.List;

/** Trains a student to answer as its teacher does. */
public final class DistillStage implements Stage {
    private static final double READ = 0.05;
    private static final double TRAINED = 0.98;

    @Override
    public StageName name() {
        return StageName.DISTILL;
    }

    @Override
    public StageOutcome run(StageTask task, ProgressListener progress) {
        progress.at(0, "reading the models");
        var options = task.options(DistillStep.class);
        var student = student(SavedModelReader.read(task.current().savedModel()), options);
        progress.at(READ, student.notes().get(0));
        var trained = train(student.graph(), options, task, progress);
        progress.at(TRAINED, "writing the model");
        var folder = task.output().resolve("model");
        SavedModelWriter.write(trained, folder);
        progress.at(1, "distilled");
        return new StageOutcome.ModelMade(folder, student.notes());
    }

    private static Student student(FlatGraph current, DistillStep options) {
        var wanted = options.student();
        if (wanted == null || wanted.width() != null && wanted.width() == 1) {
            return new Student(current, List.of("the student is the run's current model"));
        }
        if (wanted.width() == null || wanted.weights() != DistillStep.Student.Weights.INHERITED) {
            throw FailureException.invalidInput(
                    "Only a student of a given width with inherited weights can be made.",
                    "Write student: {width: 0.5}.");
        }
        var narrow = new ChannelPruning(1 - wanted.width()).prune(current);
        return new Student(narrow.graph(), narrow.notes());
    }

    private static FlatGraph train(
            FlatGraph student, DistillStep options, StageTask task, ProgressListener progress) {
        var plan = task.plan();
        var teacher = SavedModelReader.read(task.original().savedModel());
        var images = ImageSet.open(plan.data().train(), task.data());
        var input = student.signature().inputs().get(0);
        return new FineTuning(student, teacher, plan.task(), losses(options), plan.seed())
                .run(
                        images,
                        Preprocessor.of(plan.input(), input),
                        (share, message) -> progress.at(READ + share * (TRAINED - READ), message))
                .graph();
    }

    private static FineTune losses(DistillStep options) {
        var training = options.training();
        return new FineTune(
                training.epochs(),
                training.learningRate(),
                training.batchSize(),
                options.labels(),
                options.lambda(),
                options.temperature());
    }
}
