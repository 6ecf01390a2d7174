package io.pitlane.tests.faults;

import io.pitlane.pipeline.testing.ContainerCluster;
import io.pitlane.pipeline.testing.Replica;
import io.pitlane.pipeline.testing.ServiceContainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The service of this module in a container, whose event log lies in a folder that the test reads.
 */
final class InContainer {
    private InContainer() {}

    static ServiceContainer replica(
            ContainerCluster cluster, String name, Path eventLog, Map<String, String> settings)
            throws IOException {
        return cluster.service("faults")
                .withSettings(Replica.settings(name, settings))
                .sharing(TestCluster.folderForAll(eventLog));
    }
}
