package io.pitlane.quantize;

import io.pitlane.analysis.LayerPatterns;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.contract.step.StageName;
import io.pitlane.graph.pass.BatchNormFolding;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.stage.PlannedStep;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What a quantize step asks of the model, as far as it is known before the run. */
record QuantizeStepCheck(PlannedStep step, QuantizeStep options) {

    QuantizeStepCheck(PlannedStep step) {
        this(step, step.options(QuantizeStep.class));
    }

    /**
     * Checks the step. The layers of a model that an earlier step makes are not known yet.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when it names a layer that
     *     the model does not have
     */
    void run() {
        if (patterns().isEmpty() || !isFirst()) {
            return;
        }
        var graph =
                new BatchNormFolding()
                        .apply(SavedModelReader.read(step.original(), step.plan().signature()));
        LayerPatterns.matching(graph, step.field() + ".float", options.floatLayers());
        LayerPatterns.matching(graph, step.field() + ".int16", options.int16Layers());
        LayerPatterns.requireNodes(graph, step.field() + ".calibration.layers", calibrated());
    }

    private List<String> patterns() {
        var patterns = new ArrayList<String>(calibrated());
        if (options.floatLayers() != null) {
            patterns.addAll(options.floatLayers());
        }
        if (options.int16Layers() != null) {
            patterns.addAll(options.int16Layers());
        }
        return patterns;
    }

    private Collection<String> calibrated() {
        var layers = options.calibration().layers();
        return layers == null ? List.of() : layers.keySet();
    }

    private boolean isFirst() {
        return step.plan().steps().subList(0, step.index()).stream()
                .allMatch(earlier -> earlier.stage() == StageName.BENCH);
    }
}
