package io.pitlane.evaluation.djl;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import ai.djl.MalformedModelException;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.ImageModel;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.graph.runtime.Outputs;
import io.pitlane.graph.savedmodel.SavedModelSignature;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A SavedModel, run through DJL's TensorFlow engine.
 *
 * <p>Not thread-safe. Holds native memory: close it.
 */
public final class DjlModel implements ImageModel, AutoCloseable {
    private final GraphSignature signature;
    private final ModelInputs inputs;
    private final ZooModel<FloatTensor, Outputs> model;
    private final Predictor<FloatTensor, Outputs> predictor;

    private DjlModel(
            GraphSignature signature, ModelInputs inputs, ZooModel<FloatTensor, Outputs> model) {
        this.signature = signature;
        this.inputs = inputs;
        this.model = model;
        this.predictor = model.newPredictor();
    }

    /** Loads a model by its signature {@code serving_default}, or the only one. */
    public static DjlModel load(Path folder) {
        return load(folder, null, InputSpec.DEFAULT);
    }

    /**
     * Loads a model.
     *
     * @param folder the SavedModel's folder
     * @param signatureKey the signature to call; null for {@code serving_default}, or the only one
     * @param input selects the input that takes the images
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when it cannot be loaded,
     *     or has no such signature or input
     */
    public static DjlModel load(Path folder, String signatureKey, InputSpec input) {
        TensorFlowRuntime.load();
        var signature = SavedModelSignature.read(folder, signatureKey);
        var inputs = ModelInputs.of(signature, input);
        try {
            return new DjlModel(signature, inputs, criteria(folder, signature, inputs).loadModel());
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
            Path folder, GraphSignature signature, ModelInputs inputs) {
        return Criteria.builder()
                .setTypes(FloatTensor.class, Outputs.class)
                .optModelPath(folder)
                .optEngine("TensorFlow")
                .optOption("SignatureDefKey", signature.key())
                .optTranslator(new ImageTranslator(inputs))
                .build();
    }

    @Override
    public GraphSignature signature() {
        return signature;
    }

    @Override
    public GraphSignature.Port input() {
        return inputs.image();
    }

    /** The inputs of the model and what they are fed. */
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
