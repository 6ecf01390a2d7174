package io.pitlane.tests.techniques.size;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.tests.techniques.size.SizeFigures.Errors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One network before compression, which is trained where its folder lacks it.
 *
 * @param folder of all networks
 * @param mnist folder of the images
 */
record DenseRow(Path folder, Path mnist, LeNet net, long seed) {

    /** The folder of this network and seed. */
    Path seedFolder() {
        return folder.resolve(net.label()).resolve("seed" + seed);
    }

    private Path figures() {
        return seedFolder().resolve("errors.json");
    }

    boolean isMeasured() {
        return Files.exists(figures());
    }

    /** The SavedModel. */
    Path model() throws IOException {
        var model = seedFolder().resolve("model");
        if (!Files.exists(model)) {
            SavedModelWriter.write(net.trained(LeNet.images(mnist, "train"), seed), model);
        }
        return model;
    }

    /** Its errors, measured where they are not there. */
    Errors errors() throws IOException {
        if (!isMeasured()) {
            var train = LeNet.images(mnist, "train");
            var errors = Errors.of(model(), train, LeNet.images(mnist, "t10k"), seed);
            Files.write(figures(), ContractJson.MAPPER.writeValueAsBytes(errors));
        }
        return ContractJson.MAPPER.readValue(Files.readAllBytes(figures()), Errors.class);
    }
}
