package io.pitlane.graph.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Session;

class NativeStderrTest {
    @TempDir Path folder;

    /** Prints a line before, and one after TensorFlow's first session. */
    static final class Program {
        public static void main(String[] arguments) {
            NativeStderr.divertTo(Path.of(arguments[0]));
            System.err.println("before");
            try (var graph = new Graph();
                    var session = new Session(graph, TensorFlowRuntime.sessionConfig())) {
                graph.opBuilder("NoOp", "nothing", graph.baseScope()).build();
                session.runner().addTarget("nothing").run().close();
            }
            System.err.println("after");
        }
    }

    @Test
    void theLinesOfTensorFlowGoToTheFileAndOursToStandardError() throws Exception {
        // Given
        var log = folder.resolve("logs/tensorflow.log");
        var program =
                new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        log.toString());
        program.redirectError(folder.resolve("err").toFile());

        // When
        var process = program.start();

        // Then
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(lines("err")).containsExactly("before", "after");
        assertThat(Files.readString(log)).contains("absl::InitializeLog");
    }

    private Iterable<String> lines(String name) throws IOException {
        return Files.readAllLines(folder.resolve(name));
    }
}
