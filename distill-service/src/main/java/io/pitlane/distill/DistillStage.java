package io.pitlane.distill;

import io.pitlane.contract.step.DistillStep;
import io.pitlane.contract.step.StageName;
import io.pitlane.data.ImageSet;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.pass.SignatureAdapter;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ModelAdvice;
import io.pitlane.pipeline.stage.PlannedStep;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.training.ValidationSplit;
import io.pitlane.training.checkpoint.FileCheckpoints;
import io.pitlane.training.weights.SparsityInvariant;
import io.pitlane.training.weights.SparsityMasks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Trains a student to reproduce the outputs of its teacher. */
public final class DistillStage implements Stage {
    private static final double READ = 0.03;
    private static final double TRAINED = 0.98;

    @Override
    public StageName name() {
        return StageName.DISTILL;
    }

    @Override
    public ModelAdvice describe(Path savedModel) {
        return DistillAdvice.of(SavedModelReader.read(savedModel));
    }

    @Override
    public void check(PlannedStep step) {
        new DistillStepCheck(step).run();
    }

    @Override
    public StageOutcome run(StageTask task, ProgressListener progress) {
        progress.at(0, "reading the models");
        var options = task.options(DistillStep.class);
        var current = SavedModelReader.read(task.current().savedModel(), task.plan().signature());
        var images = ImageSources.open(task.plan().data().train(), task.data());
        var port = ModelInputs.of(current.signature(), task.plan().input()).image();
        var input = Preprocessor.of(task.plan().input(), port, images);
        var student =
                new StudentFactory(current, images, input, task.data()).create(options.student());
        var teacher = teacher(task, options, current, student);
        progress.at(READ, student.notes().get(0));
        var distilled = distillation(task, images, input, progress).run(student, teacher);
        progress.at(TRAINED, "writing the model");
        var folder = task.output().resolve("model");
        SavedModelWriter.write(
                student.isFresh()
                        ? distilled.graph()
                        : SparsityInvariant.checked(distilled.graph(), student.graph()),
                folder);
        progress.at(1, "distilled");
        var sizes = Map.of(port.name(), input.batch(images, new int[] {0}).shape());
        return new StageOutcome.ModelMade(
                folder, notes(options, current, sizes, student, distilled));
    }

    private static FlatGraph teacher(
            StageTask task, DistillStep options, FlatGraph current, Student student) {
        var wanted = options.teacher();
        if (wanted.model() != null) {
            var given = SavedModelReader.read(task.data().resolve(wanted.model()));
            return SignatureAdapter.of(given, student.graph(), "The model in teacher.model");
        }
        return switch (wanted.from()) {
            case CURRENT -> SignatureAdapter.of(current, student.graph(), "The current model");
            case ORIGINAL ->
                    SignatureAdapter.of(
                            SavedModelReader.read(
                                    task.original().savedModel(), task.plan().signature()),
                            student.graph(),
                            "The original");
        };
    }

    private static Distillation distillation(
            StageTask task, ImageSet images, Preprocessor input, ProgressListener progress) {
        var options = task.options(DistillStep.class);
        long seed = task.plan().seed();
        var every = task.checkpointInterval();
        var checkpoints = new FileCheckpoints(task.checkpoints(), every);
        var losses = new DistillationLosses(options, task.plan(), images, input);
        var split = ValidationSplit.of(images, seed, options.training().validation()).validation();
        var labelled =
                Optional.of(images)
                        .filter(all -> all.annotations().isPresent() && split.length > 0)
                        .map(all -> all.subset(split));
        return new Distillation(
                new TrainingSetup(options, images, input, seed, checkpoints),
                losses,
                new ValidationScorer(labelled, task.plan()),
                progress.part(READ, TRAINED)::at);
    }

    private static List<String> notes(
            DistillStep options,
            FlatGraph current,
            Map<String, long[]> sizes,
            Student student,
            Distillation.DistilledModel distilled) {
        var notes = new ArrayList<>(student.notes());
        notes.add("the teacher is " + teacher(options.teacher()));
        var before = Footprint.of(current, sizes);
        var after = Footprint.of(distilled.graph(), sizes);
        notes.add(
                "parameters %d -> %d, MACs for one image %d -> %d"
                        .formatted(
                                before.parameters(),
                                after.parameters(),
                                before.macs(),
                                after.macs()));
        if (options.training().epochs() == 0) {
            notes.add("not trained: training.epochs is 0");
        }
        int sparse = student.isFresh() ? 0 : SparsityMasks.of(student.graph()).size();
        if (sparse > 0) {
            notes.add("weights that were zero stay zero, in %d kernels".formatted(sparse));
        }
        notes.addAll(distilled.notes());
        return List.copyOf(notes);
    }

    private static String teacher(DistillStep.Teacher teacher) {
        if (teacher.model() != null) {
            return "the given model " + teacher.model();
        }
        return switch (teacher.from()) {
            case ORIGINAL -> "the original";
            case CURRENT -> "the run's model before this step";
        };
    }
}
