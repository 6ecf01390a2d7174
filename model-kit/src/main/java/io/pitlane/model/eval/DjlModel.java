package io.pitlane.model.eval;

import static io.pitlane.contract.FailureException.invalidInput;

import ai.djl.MalformedModelException;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.GraphSignature;
import io.pitlane.model.runtime.TensorFlowRuntime;
import io.pitlane.model.savedmodel.SavedModelSignature;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A SavedModel as its users run it: through DJL's TensorFlow engine.
 *
 * <p>For one thread; close it, for it holds native memory.
 */
public final class DjlModel implements AutoCloseable {
    private final GraphSignature signature;
    private final ZooModel<FloatTensor, FloatTensor> model;
    private final Predictor<FloatTensor, FloatTensor> predictor;

    private DjlModel(GraphSignature signature, ZooModel<FloatTensor, FloatTensor> model) {
        this.signature = signature;
        this.model = model;
        this.predictor = model.newPredictor();
    }

    /**
     * Loads a model.
     *
     * @param folder the SavedModel's folder
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when it cannot be loaded, has
     *     several inputs, or no output with class scores
     */
    public static DjlModel load(Path folder) {
        TensorFlowRuntime.load();
        var signature = SavedModelSignature.read(folder);
        requireOneInput(signature);
        var output = ClassScores.of(signature);
        try {
            return new DjlModel(signature, criteria(folder, signature, output).loadModel());
        } catch (IOException
                | ModelNotFoundException
                | MalformedModelException
                | RuntimeException e) {
            throw invalidInput(
                    "The model in %s cannot be loaded (%s).".formatted(folder, e.getMessage()),
                    "Export it again as a SavedModel.");
        }
    }

    private static void requireOneInput(GraphSignature signature) {
        if (signature.inputs().size() != 1) {
            throw invalidInput(
                    "The model has %d inputs, and can be measured with one only."
                            .formatted(signature.inputs().size()),
                    "Export the model with one input.");
        }
    }

    private static Criteria<FloatTensor, FloatTensor> criteria(
            Path folder, GraphSignature signature, GraphSignature.Port output) {
        return Criteria.builder()
                .setTypes(FloatTensor.class, FloatTensor.class)
                .optModelPath(folder)
                .optEngine("TensorFlow")
                .optOption("SignatureDefKey", signature.key())
                .optTranslator(new FloatTranslator(output.name()))
                .build();
    }

    /** The model's signature, as its SavedModel says. */
    public GraphSignature signature() {
        return signature;
    }

    /** The one input. */
    public GraphSignature.Port input() {
        return signature.inputs().get(0);
    }

    /**
     * The class scores of a batch.
     *
     * @param batch images, in the shape that the input says
     * @return scores {@code [N, classes]}
     */
    public FloatTensor predict(FloatTensor batch) {
        try {
            return predictor.predict(batch);
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
