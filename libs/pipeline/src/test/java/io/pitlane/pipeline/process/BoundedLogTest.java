package io.pitlane.pipeline.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundedLogTest {
    @TempDir Path folder;

    @Test
    void aLongLogTakesTwoFilesAndItsTailIsTheLastLines() throws IOException {
        var log = new BoundedLog(folder.resolve("log"), 20_000);

        for (int i = 0; i < 10_000; i++) {
            log.write(("line " + i + "\n").getBytes(StandardCharsets.UTF_8));
        }

        assertThat(Files.size(folder.resolve("log"))).isLessThanOrEqualTo(20_000);
        assertThat(Files.size(folder.resolve("log.1"))).isLessThanOrEqualTo(20_000);
        assertThat(log.tail()).endsWith("line 9998\nline 9999").hasSizeBetween(8_000, 8_192);
    }

    @Test
    void theTailSpansBothFilesWhenTheLastIsShort() throws IOException {
        var log = new BoundedLog(folder.resolve("log"), 10);

        log.write("why it d".getBytes(StandardCharsets.UTF_8));
        log.write("ied".getBytes(StandardCharsets.UTF_8));

        assertThat(log.tail()).isEqualTo("why it died");
    }

    @Test
    void whatLibrariesPrintForThemselvesIsInTheFileButNotInTheTail() throws IOException {
        var noise =
                """
                WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
                I0000 00:00:1795839729.682381   16438 mlir_graph_optimization_pass.cc:401] MLIR V1 is not enabled
                2026-11-28 08:00:00.123456: I tensorflow/core/platform/cpu_feature_guard.cc:210] This binary is optimized
                To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow
                Nov 29, 2026 6:58:10 AM org.jboss.logmanager.JBossLoggerFinder getLogger
                ERROR: The LogManager accessed before the "java.util.logging.manager" system property was set to "org.jboss.logmanager.LogManager". Results may be unexpected.
                """;
        var reason =
                """
                2026-11-28 08:00:01.123456: E tensorflow/core/framework/op.cc:12] cannot allocate
                F0000 00:00:1795839730.000000   16438 executor.cc:7] Check failed
                java.lang.OutOfMemoryError: Java heap space
                """;
        var log = new BoundedLog(folder.resolve("log"), 100_000);

        log.write((noise + reason + noise.repeat(50)).getBytes(StandardCharsets.UTF_8));

        assertThat(log.tail()).isEqualTo(reason.strip());
        assertThat(Files.readString(folder.resolve("log"))).startsWith(noise);
    }

    @Test
    void aSilentProcessHasAnEmptyTail() {
        assertThat(new BoundedLog(folder.resolve("log"), 10).tail()).isEmpty();
    }
}
