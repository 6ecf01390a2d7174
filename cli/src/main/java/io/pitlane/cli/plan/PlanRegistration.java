package io.pitlane.cli.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.cli.client.GatewayClient;
import io.pitlane.cli.model.TempFolder;
import io.pitlane.cli.stack.InstalledStages;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.run.RegisteredPlan;
import io.pitlane.pipeline.artifact.Archive;
import java.io.PrintWriter;
import java.io.UncheckedIOException;

/** Registers a plan at a gateway: checks the inputs, packs and uploads the data, registers. */
public final class PlanRegistration {
    private final PlanFile plan;
    private final PrintWriter out;
    private final InputCheck inputCheck;

    /**
     * @param out receives messages about the progress
     */
    public PlanRegistration(PlanFile plan, PrintWriter out) {
        this(plan, out, InstalledStages::checkInput);
    }

    PlanRegistration(PlanFile plan, PrintWriter out, InputCheck inputCheck) {
        this.plan = plan;
        this.out = out;
        this.inputCheck = inputCheck;
    }

    /**
     * Registers the plan.
     *
     * @param model name of the model
     * @throws io.pitlane.contract.failure.FailureException when the input is wrong; the model that
     *     the plan names is checked as an example of later versions
     */
    public RegisteredPlan register(String model, GatewayClient client) {
        try (var temp = TempFolder.create()) {
            out.println("Checking the model and the data ...");
            out.flush();
            var unpacked = UnpackedPlan.of(plan, temp);
            unpacked.check(inputCheck);
            var packed = PackedPlan.of(unpacked.file());
            var file = temp.file("data.tar.gz");
            var data = Archive.packFiles(packed.data(), file);
            client.artifacts().uploadIfMissing(ArtifactRef.Kind.DATA, data.digest(), file);
            return client.plans().register(model, json(packed), data.digest());
        }
    }

    private static String json(PackedPlan packed) {
        try {
            return ContractJson.MAPPER.writeValueAsString(packed.plan());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
