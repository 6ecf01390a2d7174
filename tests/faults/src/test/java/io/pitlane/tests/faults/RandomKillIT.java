package io.pitlane.tests.faults;

import static org.awaitility.Awaitility.await;

import io.pitlane.contract.step.StageName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Kills whomever it hits while several runs are at work; two replicas of each stage. */
@Tag("long")
@Timeout(4 * 3600)
@EnabledIfSystemProperty(named = "pitlane.faults", matches = "all")
class RandomKillIT {
    private static final Logger LOG = Logger.getLogger(RandomKillIT.class);

    /** Runs at work at any time, so that there is something to lose. */
    private static final int RUNS_AT_ONCE = 10;

    /** A replica is back at work ten seconds after it was killed. */
    private static final int LONGEST_PAUSE_MILLIS = 15_000;

    @TempDir Path folder;
    private KillTestCluster testCluster;

    @BeforeEach
    void open() throws IOException {
        testCluster = KillTestCluster.open(folder);
        testCluster.start(StageName.PRUNE, 1);
        testCluster.start(StageName.BENCH, 1);
    }

    @AfterEach
    void close() {
        testCluster.close();
    }

    @Test
    void whoeverIsKilledEveryRunEndsOnce() throws Exception {
        // Given
        var seed = FaultTestMode.seed();
        LOG.infof("Kills at random; again with -Dpitlane.faults.seed=%d", seed);
        var random = new Random(seed);
        var kills = FaultTestMode.kills();
        var runs = new ArrayList<KillTestCluster.Run>();

        // When
        for (int i = 0; i < kills; i++) {
            submitMissing(runs);
            var pause = Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MILLIS));
            await().pollDelay(pause).atMost(Duration.ofMinutes(1)).until(() -> true);
            kill(random.nextInt(10));
        }

        // Then
        runs.forEach(testCluster::assertOneResult);
        testCluster.checks().assertNothingLeftOpen();
        LOG.infof("%d kills, and %d runs that ended once each", kills, runs.size());
    }

    private void submitMissing(List<KillTestCluster.Run> runs) throws IOException {
        var ended = testCluster.checks().ended();
        var atWork = runs.stream().filter(run -> !ended.contains(run.id())).count();
        for (; atWork < RUNS_AT_ONCE; atWork++) {
            var id = UUID.randomUUID().toString();
            var run = new KillTestCluster.Run(id, Files.createDirectory(folder.resolve(id)));
            testCluster.submit(run, "free");
            runs.add(run);
        }
    }

    /** A replica of prune more often than one of bench, which works less, or the broker. */
    private void kill(int number) throws IOException {
        if (number < 6) {
            LOG.infof("Kills prune-%d", number % 2);
            testCluster.restart(StageName.PRUNE, number % 2);
        } else if (number < 9) {
            LOG.infof("Kills bench-%d", number % 2);
            testCluster.restart(StageName.BENCH, number % 2);
        } else {
            LOG.info("Kills the broker");
            testCluster.broker().kill();
            testCluster.broker().start();
        }
    }
}
