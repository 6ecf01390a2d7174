package io.pitlane.tests.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** One cluster whose processes can be killed, for all tests of a class; for each of them a run. */
abstract class SharedKillTestCluster {
    @TempDir static Path data;
    static KillTestCluster testCluster;

    @TempDir Path folder;
    KillTestCluster.Run run;

    @BeforeAll
    static void open() throws IOException {
        testCluster = KillTestCluster.open(data);
    }

    @AfterAll
    static void close() {
        testCluster.close();
    }

    @BeforeEach
    void aRun() {
        run = new KillTestCluster.Run(UUID.randomUUID().toString(), folder);
    }
}
