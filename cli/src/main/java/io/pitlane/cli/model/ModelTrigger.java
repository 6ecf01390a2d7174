package io.pitlane.cli.model;

import io.pitlane.cli.client.GatewayClient;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.run.Trigger;
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
     * @param model folder or .tar.gz of a SavedModel
     * @param id identifies this version; the same id twice starts one run
     * @return id of the run
     * @throws FailureException when there is no such model, or no plan for it
     */
    public String start(String name, Path model, String id) {
        PackedModel.requireLocal(model);
        if (!Files.exists(model)) {
            throw FailureException.invalidInput(
                    "there is no model " + model, "Check the path of the model.");
        }
        try (var temp = TempFolder.create()) {
            var folder = PackedModel.unpackedFolder(model, temp);
            if (!Files.isRegularFile(folder.resolve(ModelFolder.MODEL_FILE))) {
                throw FailureException.invalidInput(
                        model + " is not a SavedModel: it has no " + ModelFolder.MODEL_FILE,
                        "Name the folder that holds it, or a .tar.gz of that folder.");
            }
            var file = temp.file("model.tar.gz");
            var digest = Archive.pack(folder, file).digest();
            client.artifacts().uploadIfMissing(ArtifactRef.Kind.MODEL, digest, file);
            return client.plans().trigger(id, new Trigger(name, digest, null));
        }
    }
}
