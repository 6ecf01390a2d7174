package io.pitlane.cli.work;

import io.pitlane.cli.client.GatewayClient;
import io.pitlane.contract.ArtifactRef;
import io.pitlane.pipeline.artifact.Archive;
import java.nio.file.Path;

/** Brings artifacts to a gateway, unless they are there. */
final class Uploads {
    private Uploads() {}

    static void upload(
            GatewayClient client, ArtifactRef.Kind kind, Archive.Packed packed, Path file) {
        if (client.artifact(packed.digest()).filter(ref -> ref.kind() == kind).isEmpty()) {
            client.upload(kind, file);
        }
    }
}
