package io.pitlane.tests.faults;

import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * One test cluster for all tests of a class; for each of them a run, its event log, and no replica
 * yet.
 */
abstract class SharedTestCluster {
    @TempDir static Path data;
    static TestCluster testCluster;

    @TempDir Path folder;
    final String runId = UUID.randomUUID().toString();
    EventLog eventLog;

    @BeforeAll
    static void open() {
        testCluster = TestCluster.open(data);
    }

    @AfterAll
    static void close() {
        testCluster.close();
    }

    @BeforeEach
    void openEventLog() {
        eventLog = new EventLog(folder.toString());
    }

    @AfterEach
    void endReplicas() {
        testCluster.clear();
    }
}
