package io.pitlane.cli.work;

import io.pitlane.cli.client.GatewayClient;
import io.pitlane.contract.ArtifactRef;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.Trigger;
import io.pitlane.pipeline.artifact.Archive;
import java.nio.file.Files;
import java.nio.file.Path;

/** A new version of a model, from a folder to the run of its registered plan. */
public final class ModelTrigger {
    private final GatewayClient client;

    public ModelTrigger(GatewayClient client) {
        this.client = client;
    }

    /**
     * Packs and uploads a model and starts the plan registered for it.
     *
     * @param name name of the model
     * @param model folder or .tar.gz of a SavedModel
     * @param id makes this version known; the same twice starts one run
     * @return id of the run
     * @throws FailureException when there is no such model, or no plan for it
     */
    public String start(String name, Path model, String id) {
        if (!Files.exists(model)) {
            throw FailureException.invalidInput(
                    "there is no model " + model, "Check the path of the model.");
        }
        try (var scratch = Scratch.create()) {
            var folder = PackedModel.folder(model, scratch);
            if (!Files.isRegularFile(folder.resolve("saved_model.pb"))) {
                throw FailureException.invalidInput(
                        model + " is no SavedModel: it has no saved_model.pb",
                        "Name the folder that holds it, or a .tar.gz of that folder.");
            }
            var file = scratch.file("model.tar.gz");
            var packed = Archive.pack(folder, file);
            Uploads.upload(client, ArtifactRef.Kind.MODEL, packed, file);
            return client.trigger(id, new Trigger(name, packed.digest(), null));
        }
    }
}
