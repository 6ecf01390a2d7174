package io.pitlane.engines;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDList;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.tensorflow.engine.TfSymbolBlock;
import ai.djl.translate.NoopTranslator;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.graph.runtime.Outputs;
import io.pitlane.graph.savedmodel.SavedModelSignature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;

/**
 * A SavedModel that DJL's TensorFlow engine has loaded. A call runs the session of DJL's block: its
 * predictor would make each array anew, as handles of TensorFlow's eager mode, which takes as long
 * as a small model.
 */
final class TensorFlowModel implements EngineModel {
    private final ModelInputs inputs;
    private final ZooModel<NDList, NDList> model;
    private final SessionCall call;
    private long[] shape;

    private TensorFlowModel(ModelInputs inputs, ZooModel<NDList, NDList> model, SessionCall call) {
        this.inputs = inputs;
        this.model = model;
        this.call = call;
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
        var model = load(folder, inputs, options.threads());
        try {
            var bundle = ((TfSymbolBlock) model.getBlock()).getSavedModelBundle();
            return new TensorFlowModel(inputs, model, SessionCall.of(bundle, signature, folder));
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static ZooModel<NDList, NDList> load(Path folder, ModelInputs inputs, int threads) {
        var config = TensorFlowRuntime.sessionConfig(threads).toByteArray();
        try {
            return Criteria.builder()
                    .setTypes(NDList.class, NDList.class)
                    .optModelPath(folder)
                    .optEngine("TensorFlow")
                    .optOption("SignatureDefKey", inputs.signature().key())
                    .optOption("ConfigProto", Base64.getEncoder().encodeToString(config))
                    .optTranslator(new NoopTranslator())
                    .build()
                    .loadModel();
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

    @Override
    public ModelInputs inputs() {
        return inputs;
    }

    @Override
    public Outputs predict(FloatTensor images) {
        if (Arrays.equals(shape, images.shape())) {
            for (var port : inputs.signature().inputs()) {
                if (inputs.isImage(port)) {
                    call.write(port.name(), images.values());
                }
            }
        } else {
            shape = null;
            for (var input : inputs.of(images)) {
                call.allocate(input.port().name(), input.values());
            }
            shape = images.shape();
        }
        return call.run();
    }

    @Override
    public void close() {
        model.close();
        call.close();
    }
}
