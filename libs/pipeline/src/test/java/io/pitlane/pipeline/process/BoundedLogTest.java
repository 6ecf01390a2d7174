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
    void aSilentProcessHasAnEmptyTail() {
        assertThat(new BoundedLog(folder.resolve("log"), 10).tail()).isEmpty();
    }
}
