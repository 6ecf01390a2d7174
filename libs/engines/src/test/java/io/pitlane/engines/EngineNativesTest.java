package io.pitlane.engines;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.engine.Engine;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loads engines in processes of their own, since a library is loaded once per process. */
class EngineNativesTest {
    @TempDir private Path folder;

    /** Prints the engine's version, or why there is none; then ends as if it were killed. */
    static final class Program {
        public static void main(String[] arguments) {
            try {
                var engine = InferenceEngine.of(Engine.valueOf(arguments[0]));
                System.out.println("version " + engine.version());
            } catch (EngineUnavailableException e) {
                System.out.println(e.getMessage());
            }
            System.out.flush();
            Runtime.getRuntime().halt(9);
        }
    }

    @Test
    void anEngineWithoutItsJarOfNativesIsUnavailable() throws Exception {
        assertThat(run(Engine.TFLITE, "tensorflow-lite-[\\d.-]+-\\w+-\\w+\\.jar", List.of()))
                .startsWith("TFLite is not available on this machine: ")
                .contains("jnitensorflowlite");
    }

    @Test
    void anEngineWithoutItsFolderOfNativesIsUnavailable() throws Exception {
        var options = List.of("-Donnxruntime.native.path=" + folder.resolve("missing"));

        assertThat(run(Engine.ONNXRUNTIME, "none", options))
                .startsWith("ONNX Runtime is not available on this machine: ")
                .contains("onnxruntime");
    }

    @Test
    void anEngineWithoutNativesForTheProcessorIsUnavailable() throws Exception {
        assertThat(run(Engine.ONNXRUNTIME, "none", List.of("-Dos.arch=riscv64")))
                .startsWith("ONNX Runtime is not available on this machine: ")
                .contains("its jar has no /ai/onnxruntime/native/linux-riscv64");
    }

    /** ONNX Runtime 1.29.0 with telemetry crashes there. */
    @Test
    void anEngineLoadsInAProcessWithALongCommandLine() throws Exception {
        var options = List.of("-Dpitlane.long=" + "x".repeat(8192));

        assertThat(run(Engine.ONNXRUNTIME, "none", options)).isEqualTo("version 1.29.0");
    }

    @Test
    void aKilledProcessLeavesNoFilesBehind() throws Exception {
        // Given
        var temporary = Files.createDirectory(folder.resolve("tmp"));

        // When
        var printed = run(Engine.ONNXRUNTIME, "none", List.of("-Djava.io.tmpdir=" + temporary));

        // Then
        assertThat(printed).isEqualTo("version 1.29.0");
        try (var files = Files.walk(temporary)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    /** What the program prints without some jars. */
    private String run(Engine engine, String withoutJar, List<String> options) throws Exception {
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(withoutJar), Program.class.getName()));
        command.add(engine.name());
        var out = folder.resolve("out").toFile();
        var builder = new ProcessBuilder(command);
        builder.environment().remove("ORT_DISABLE_TELEMETRY");
        var process =
                builder.redirectOutput(out).redirectError(folder.resolve("err").toFile()).start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(text(folder.resolve("err").toFile())).isEqualTo(9);
        return text(out);
    }

    private static String classPath(String withoutJar) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).getFileName().toString().matches(withoutJar))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String text(File file) throws IOException {
        return Files.readString(file.toPath()).strip();
    }
}
