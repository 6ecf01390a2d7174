package io.pitlane.cli.model;

import io.pitlane.cli.client.GatewayClient;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.run.Trigger;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.artifact.Archive;
import java.nio.file.Files;
import java.nio.file.Path;

/** Uploads a new version of a model and starts the plan that is registered for it. */
public final class ModelTrigger {
    private final GatewayClient client;

    /** A trigger at this gateway. */
    public ModelTrigger(GatewayClient client) {
        this.client = client;
    }

    /**
     * Packs and uploads a model and starts the plan registered for it.
     *
     * @param name name of the model
     * @param model folder or .tar.gz of a SavedModel, a frozen graph, or an ONNX model
     * @param options for a model that becomes a SavedModel
     * @param id identifies this version; the same id twice starts one run
     * @return id of the run
     * @throws FailureException when there is no such model, or no plan for it
     */
    public String start(String name, Path model, ImportOptions options, String id) {
        PackedModel.requireLocal(model);
        if (!Files.exists(model)) {
            throw FailureException.invalidInput(
                    "there is no model " + model, "Check the path of the model.");
        }
        try (var temp = TempFolder.create()) {
            var folder = PackedModel.unpackedFolder(model, options, temp);
            SavedModelReader.requireSavedModel(folder);
            var file = temp.file("model.tar.gz");
            var digest = Archive.pack(folder, file).digest();
            client.artifacts().uploadIfMissing(ArtifactRef.Kind.MODEL, digest, file);
            return client.plans().trigger(id, new Trigger(name, digest, null));
        }
    }
}
