package io.pitlane.pipeline.testing;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.LineageEntry;
import io.pitlane.contract.run.RunModel;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.artifact.ArtifactStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Jobs for {@link TestStage}, their artifacts in the store. */
public final class Jobs {
    private final ArtifactStore store;
    private final Path folder;

    public Jobs(ArtifactStore store, Path folder) {
        this.store = store;
        this.folder = folder;
    }

    /** The first step of a plan. */
    public Job first(String runId, Plan plan) throws IOException {
        return new Job(runId, plan, 0, data(), List.of(original()), List.of(), Instant.now());
    }

    /** The bench step of a plan, as if the others had left the model as it was. */
    public Job last(String runId, String planName) throws IOException {
        var plan = Plans.named(planName);
        var models = new ArrayList<>(List.of(original()));
        for (int i = 0; i < plan.steps().size() - 1; i++) {
            models.add(new RunModel(plan.label(i), models.get(0).artifact(), List.of()));
        }
        var digest = models.get(0).artifact().digest();
        var entry =
                new LineageEntry(
                        plan.steps().get(0),
                        "1",
                        List.of(digest),
                        digest,
                        Instant.now(),
                        1.5,
                        List.of());
        var lineage = Collections.nCopies(models.size() - 1, entry);
        return new Job(runId, plan, models.size() - 1, data(), models, lineage, Instant.now());
    }

    private RunModel original() throws IOException {
        var artifact = packed("saved_model.pb", "weights", ArtifactRef.Kind.MODEL);
        return new RunModel(RunModel.ORIGINAL, artifact, List.of());
    }

    private ArtifactRef data() throws IOException {
        return packed("labels", "ten", ArtifactRef.Kind.DATA);
    }

    private ArtifactRef packed(String name, String content, ArtifactRef.Kind kind)
            throws IOException {
        var file = Files.writeString(folder.resolve(name), content);
        var packed = folder.resolve(name + ".tar.gz");
        Archive.packFiles(Map.of(name, file), packed);
        return store.publish(kind, packed);
    }
}
