package io.pitlane.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionTest {
    @TempDir private Path folder;

    @Test
    void bashCompletesCommandsAndOptions() throws Exception {
        assertThat(completions("./pitlane", "comp")).contains("compress", "completion");
        assertThat(completions("./pitlane", "rerun", "--no")).containsExactly("--no-cache");
        assertThat(completions("./pitlane", "completion", "")).contains("bash", "zsh");
    }

    /** What bash suggests for the last word. */
    private String[] completions(String... words) throws IOException, InterruptedException {
        var script = Files.writeString(folder.resolve("pitlane.bash"), script());
        var bash =
                "source '%s'; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_pitlane; printf '%%s\\n' \"${COMPREPLY[@]}\""
                        .formatted(script, "'" + String.join("' '", words) + "'", words.length - 1);
        var process =
                new ProcessBuilder("bash", "-c", bash)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        var printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).isZero();
        return printed.lines().map(String::strip).toArray(String[]::new);
    }

    private static String script() {
        var out = new StringWriter();
        var exitCode =
                Pitlane.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .execute("completion", "bash");
        assertThat(exitCode).isZero();
        return out.toString();
    }
}
