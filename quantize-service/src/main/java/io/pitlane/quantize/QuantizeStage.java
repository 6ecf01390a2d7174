package io.pitlane.quantize;

import io.pitlane.contract.quantization.Calibration;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.contract.step.StageName;
import io.pitlane.data.MemoryBudget;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ModelAdvice;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import java.nio.file.Path;

/** Quantizes the current model of a run. */
public final class QuantizeStage implements Stage {
    /** More images at once would not be faster. */
    private static final int BATCH = 4;

    private static final double READ = 0.05;
    private static final double CALIBRATED = 0.9;

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
        var images = calibrationImages(task, graph, options.calibration(), progress);
        var quantized = new PostTrainingInt8(options, task.plan().input()).quantize(graph, images);
        progress.at(CALIBRATED, "writing the model");
        var folder = task.output().resolve("model");
        SavedModelWriter.write(quantized.graph(), folder);
        return new StageOutcome.ModelMade(folder, quantized.notes());
    }

    private static CalibrationImages calibrationImages(
            StageTask task, FlatGraph graph, Calibration options, ProgressListener progress) {
        var plan = task.plan();
        var train = ImageSources.open(plan.data().train(), task.data());
        var port = ModelInputs.of(graph.signature(), plan.input()).image();
        var input = Preprocessor.of(plan.input(), port, train);
        input.requireFits(train);
        var one = input.batch(train, new int[] {0}).shape();
        var memory = CalibrationMemory.of(graph, port, one, MemoryBudget.ofProcess());
        return new CalibrationImages(
                train,
                input,
                options.samples(),
                memory.batch(BATCH),
                plan.seed(),
                share -> progress.at(READ + share * (CALIBRATED - READ), "calibrating"));
    }
}
