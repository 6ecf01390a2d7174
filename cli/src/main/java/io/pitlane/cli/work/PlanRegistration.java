package io.pitlane.cli.work;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.cli.client.GatewayClient;
import io.pitlane.cli.stack.InstalledStages;
import io.pitlane.contract.ArtifactRef;
import io.pitlane.contract.ContractJson;
import io.pitlane.contract.RegisteredPlan;
import io.pitlane.pipeline.artifact.Archive;
import java.io.PrintWriter;
import java.io.UncheckedIOException;

/** A plan from its file to the gateway's registry: check, pack and upload the data, register. */
public final class PlanRegistration {
    private final PlanFile plan;
    private final PrintWriter out;
    private final Compression.InputCheck inputCheck;

    /**
     * @param out told how it goes
     */
    public PlanRegistration(PlanFile plan, PrintWriter out) {
        this(plan, out, InstalledStages::checkInput);
    }

    PlanRegistration(PlanFile plan, PrintWriter out, Compression.InputCheck inputCheck) {
        this.plan = plan;
        this.out = out;
        this.inputCheck = inputCheck;
    }

    /**
     * Registers the plan.
     *
     * @param model name of the model
     * @throws io.pitlane.contract.FailureException when the input is wrong; the model that the plan
     *     names is checked as an example of those to come
     */
    public RegisteredPlan register(String model, GatewayClient client) {
        try (var scratch = Scratch.create()) {
            out.println("Checking the model and the data ...");
            out.flush();
            var folder = PackedModel.folder(plan.model(), scratch);
            var unpacked = plan.withModels(path -> PackedModel.folder(path, scratch));
            inputCheck.check(unpacked.plan(), folder, unpacked.folder());
            var travelling = TravellingPlan.of(unpacked);
            var file = scratch.file("data.tar.gz");
            var data = Archive.packFiles(travelling.data(), file);
            Uploads.upload(client, ArtifactRef.Kind.DATA, data, file);
            return client.register(model, json(travelling), data.digest());
        }
    }

    private static String json(TravellingPlan travelling) {
        try {
            return ContractJson.MAPPER.writeValueAsString(travelling.plan());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
