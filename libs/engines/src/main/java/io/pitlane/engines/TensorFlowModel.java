package io.pitlane.engines;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import ai.djl.MalformedModelException;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.graph.runtime.Outputs;
import io.pitlane.graph.savedmodel.SavedModelSignature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;

/** A SavedModel, run through DJL's TensorFlow engine. */
final class TensorFlowModel implements EngineModel {
    private final ModelInputs inputs;
    private final ZooModel<FloatTensor, Outputs> model;
    private final Predictor<FloatTensor, Outputs> predictor;

    private TensorFlowModel(ModelInputs inputs, ZooModel<FloatTensor, Outputs> model) {
        this.inputs = inputs;
        this.model = model;
        this.predictor = model.newPredictor();
    }

    /**
     * Loads a model.
     *
     * @param folder the SavedModel's folder
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when it cannot be loaded,
     *     or has no such signature or input
     */
    static TensorFlowModel load(Path folder, LoadOptions options) {
        var signature = SavedModelSignature.read(folder, options.signature());
        var inputs = ModelInputs.of(signature, options.input());
        try {
            return new TensorFlowModel(
                    inputs, criteria(folder, inputs, options.threads()).loadModel());
        } catch (IOException
                | ModelNotFoundException
                | MalformedModelException
                | RuntimeException e) {
            throw invalidInput(
                            "The model in %s cannot be loaded (%s)."
                                    .formatted(folder, e.getMessage()),
                            "Export it again as a SavedModel.")
                    .causedBy(e);
        }
    }

    private static Criteria<FloatTensor, Outputs> criteria(
            Path folder, ModelInputs inputs, int threads) {
        var config = TensorFlowRuntime.sessionConfig(threads).toByteArray();
        return Criteria.builder()
                .setTypes(FloatTensor.class, Outputs.class)
                .optModelPath(folder)
                .optEngine("TensorFlow")
                .optOption("SignatureDefKey", inputs.signature().key())
                .optOption("ConfigProto", Base64.getEncoder().encodeToString(config))
                .optTranslator(new ImageTranslator(inputs))
                .build();
    }

    @Override
    public ModelInputs inputs() {
        return inputs;
    }

    @Override
    public Outputs predict(FloatTensor images) {
        try {
            return predictor.predict(images);
        } catch (TranslateException e) {
            throw new IllegalStateException("the model could not be run: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        predictor.close();
        model.close();
    }
}
