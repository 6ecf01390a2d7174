package io.pitlane.tests.faults;

import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** One site for all tests of a class; for each of them a run, its diary, and no replica yet. */
abstract class OnOneSite {
    @TempDir static Path data;
    static Site site;

    @TempDir Path folder;
    final String runId = UUID.randomUUID().toString();
    Diary diary;

    @BeforeAll
    static void open() {
        site = Site.open(data);
    }

    @AfterAll
    static void close() {
        site.close();
    }

    @BeforeEach
    void openDiary() {
        diary = new Diary(folder.toString());
    }

    @AfterEach
    void endReplicas() {
        site.clear();
    }
}
