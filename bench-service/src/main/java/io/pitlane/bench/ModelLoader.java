package io.pitlane.bench;

import io.pitlane.contract.InputSpec;
import io.pitlane.contract.Plan;
import io.pitlane.model.eval.DjlModel;
import java.nio.file.Path;

/**
 * Loads models the way the plan says they are called.
 *
 * @param signature key of the signature; null for {@code serving_default}, or the only one
 * @param input tells which of several inputs takes the images
 */
record ModelLoader(String signature, InputSpec input) {

    static ModelLoader of(Plan plan) {
        return new ModelLoader(plan.signature(), plan.input());
    }

    /**
     * Loads a model; close it.
     *
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when it cannot be loaded
     */
    DjlModel load(Path savedModel) {
        return DjlModel.load(savedModel, signature, input);
    }
}
