package io.pitlane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.report.SampleReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of commands, in this process, with a gateway that gives prepared responses. */
abstract class CommandTest {
    static final String RUN = "/api/runs/" + SampleReport.RUN;

    @TempDir Path folder;

    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    FakeGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new FakeGateway();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    final int pitlaneAtServer(String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--server", gateway.address().toString()));
        return pitlane(all.toArray(String[]::new));
    }

    final int pitlane(String... arguments) {
        return Pitlane.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    final void assertThatThereIsNoStackTrace() {
        assertThat(err.toString()).doesNotContain("\tat ", "Exception");
    }
}
