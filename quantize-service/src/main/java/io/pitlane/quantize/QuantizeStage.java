package io.pitlane.quantize;

import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.contract.step.StageName;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ModelAdvice;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.training.checkpoint.FileCheckpoints;
import java.nio.file.Path;
import java.util.ArrayList;

/** Converts the current model of a run to int8. */
public final class QuantizeStage implements Stage {
    private static final double READ = 0.05;
    private static final double CALIBRATED = 0.2;
    private static final double WRITE = 0.9;

    /** Images for the distributions of values, of which each has very many. */
    private static final int DISTRIBUTION_SAMPLES = 16;

    @Override
    public StageName name() {
        return StageName.QUANTIZE;
    }

    @Override
    public ModelAdvice describe(Path savedModel) {
        return QuantizeAdvice.of(SavedModelReader.read(savedModel));
    }

    /**
     * Quantizes the current model, calibrated on training images only.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when model or images are
     *     not usable, UNSUPPORTED_MACHINE where TensorFlow lacks the int8 kernels
     */
    @Override
    public StageOutcome run(StageTask task, ProgressListener progress) {
        progress.at(0, "reading the model");
        var graph = SavedModelReader.read(task.current().savedModel(), task.plan().signature());
        var options = task.options(QuantizeStep.class);
        var images = new TrainingImages(task, graph);
        double calibrated = options.sensitivity() == null ? WRITE : CALIBRATED;
        var batches =
                images.batches(
                        options.calibration().samples(),
                        share -> progress.at(READ + share * (calibrated - READ), "calibrating"));
        var int8 =
                switch (options.scheme()) {
                    case INT8 ->
                            new PostTrainingInt8(options, task.plan().input())
                                    .quantize(graph, batches);
                };
        var findings = new ArrayList<>(int8.findings());
        if (options.sensitivity() != null && int8.isQuantized()) {
            findings.add(
                    sensitivity(
                            task,
                            int8,
                            images,
                            (share, message) ->
                                    progress.at(
                                            calibrated + share * (WRITE - calibrated), message)));
        }
        progress.at(WRITE, "writing the model");
        var folder = task.output().resolve("model");
        SavedModelWriter.write(int8.graph(), folder);
        return new StageOutcome.ModelMade(folder, int8.notes(), findings);
    }

    private static LayerSensitivity sensitivity(
            StageTask task,
            PostTrainingInt8.QuantizedModel int8,
            TrainingImages images,
            ProgressListener progress) {
        var options = task.options(QuantizeStep.class).sensitivity();
        var checkpoints = new FileCheckpoints(task.checkpoints(), task.checkpointInterval());
        return new SensitivityAnalysis(
                        task.plan(), images.sample(options.samples()), checkpoints, task.output())
                .measure(int8, images.batches(DISTRIBUTION_SAMPLES, done -> {}), progress);
    }
}
