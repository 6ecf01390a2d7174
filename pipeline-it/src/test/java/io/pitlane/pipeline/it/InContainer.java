package io.pitlane.pipeline.it;

import io.pitlane.pipeline.testing.ContainerCluster;
import io.pitlane.pipeline.testing.ServiceContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;

/** The service of this module in a container, whose diary lies in a folder that the test reads. */
final class InContainer {
    private InContainer() {}

    static ServiceContainer replica(
            ContainerCluster cluster, String name, Path diary, Map<String, String> settings)
            throws IOException {
        // The service's user is not the one that runs the test.
        Files.setPosixFilePermissions(diary, PosixFilePermissions.fromString("rwxrwxrwx"));
        var all = new HashMap<String, String>();
        all.put("pitlane.instance", name);
        all.put("pitlane.job.jvm-options", "-Xmx64m,-XX:TieredStopAtLevel=1,-XX:+UseSerialGC");
        // The shortest that a broker allows: a dead replica's work is taken over after that.
        all.put("mp.messaging.incoming.jobs.session.timeout.ms", "6000");
        all.put("mp.messaging.incoming.trials.session.timeout.ms", "6000");
        all.putAll(settings);
        return cluster.service("pipeline-it").withSettings(all).sharing(diary);
    }
}
