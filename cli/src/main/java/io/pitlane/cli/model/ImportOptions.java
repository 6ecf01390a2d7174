package io.pitlane.cli.model;

import io.pitlane.contract.data.InputSpec.Layout;
import io.pitlane.contract.plan.FrozenGraphPorts;
import io.pitlane.contract.plan.Plan;

/**
 * What a file does not say that becomes a SavedModel.
 *
 * @param ports inputs and outputs of a frozen graph
 * @param layout order of the axes of an ONNX model's image input; null where it is inferred
 */
public record ImportOptions(FrozenGraphPorts ports, Layout layout) {

    /** All of it is inferred. */
    public static final ImportOptions INFERRED = new ImportOptions(null, null);

    public ImportOptions {
        ports = ports == null ? FrozenGraphPorts.INFERRED : ports;
    }

    /** For the model of a plan. */
    public static ImportOptions ofModel(Plan plan) {
        return new ImportOptions(plan.frozenGraph(), plan.input().layout());
    }

    /** For the models of a plan's steps, which take the same images. */
    public static ImportOptions ofSteps(Plan plan) {
        return new ImportOptions(null, plan.input().layout());
    }
}
