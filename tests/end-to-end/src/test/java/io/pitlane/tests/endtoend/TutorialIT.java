package io.pitlane.tests.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.LineageEntry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs every command of docs/tutorial.md, one block after the other. Where there is no Python with
 * TensorFlow, the model is that of the demo, as the page says.
 */
@Tag("long")
class TutorialIT {
    private static final Path ROOT = Path.of(System.getProperty("pitlane.root"));
    private static final Pattern BLOCK =
            Pattern.compile("^```(\\w+)\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Optional<String> PYTHON =
            Optional.ofNullable(System.getenv("PITLANE_PYTHON")).filter(TutorialIT::hasTensorFlow);

    @TempDir Path work;
    private final StringBuilder exports = new StringBuilder();
    private final StringBuilder printed = new StringBuilder();
    private PitlaneProcess up;
    private String gateway;

    @BeforeEach
    void aCheckout() throws IOException {
        Files.createSymbolicLink(work.resolve("examples"), ROOT.resolve("examples"));
        script("pitlane", "'" + String.join("' '", PitlaneProcess.command(work)) + "'");
        script("bin/python3", PYTHON.orElse("false"));
    }

    private void script(String name, String command) throws IOException {
        var file = work.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\nexec " + command + " \"$@\"\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void stop() {
        if (up != null) {
            up.close();
        }
    }

    @Test
    void everyCommandOfTheTutorialWorks() throws Exception {
        // Given
        var blocks = BLOCK.matcher(Files.readString(ROOT.resolve("docs/tutorial.md"))).results();

        // When
        for (var block : blocks.toList()) {
            run(block);
        }

        // Then
        var tutorial = work.resolve("tutorial");
        assertThat(tutorial.resolve("plan.yaml"))
                .content()
                .contains("values 0..1 give the best accuracy")
                .contains("seconds: 2}");
        var first = report("out");
        assertThat(first.verdict().passed()).isTrue();
        assertThat(first.comparison().get(2).sizeRatio()).isGreaterThan(10);
        assertThat(report("again").lineage())
                .extracting(LineageEntry::cached)
                .containsExactly(true, true, false);
        var tflite = Files.readString(tutorial.resolve("model.tflite"), ISO_8859_1);
        assertThat(tflite.substring(4, 8)).isEqualTo("TFL3");
        assertThat(tutorial.resolve("model.onnx")).isNotEmptyFile();
        assertThat(Files.size(tutorial.resolve("model.pitlane")))
                .isLessThan(Files.size(tutorial.resolve("out/model/saved_model.pb")));
        assertThat(printed).contains("Verdict: passed", first.run(), report("again").run());
        var description = description(first.lineage().get(0).inputs().get(0));
        assertThat(description.at("/model/footprint/parameters").asLong()).isPositive();
        for (var technique : List.of("prune", "distill", "quantize")) {
            assertThat(description.at("/advice/" + technique + "/sentences")).isNotEmpty();
        }
    }

    /** What the gateway says of an uploaded model, as the form for a new run shows it. */
    private JsonNode description(String digest) throws IOException {
        var address = gateway + "/api/artifacts/" + digest + "/description";
        try (var body = URI.create(address).toURL().openStream()) {
            return ContractJson.MAPPER.readTree(body);
        }
    }

    private void run(MatchResult block) throws Exception {
        var text = block.group(2);
        if (block.group(1).equals("python")) {
            Files.writeString(work.resolve("train.py"), text);
        } else if (text.contains("train.py") && PYTHON.isEmpty()) {
            copyTheModelOfTheDemo();
        } else if (text.startsWith("./pitlane up ")) {
            var arguments = new ArrayList<>(List.of(text.strip().split(" ")));
            arguments.addAll(List.of("--port", "0"));
            up =
                    PitlaneProcess.start(
                            work,
                            Map.of(),
                            arguments.subList(1, arguments.size()).toArray(String[]::new));
            gateway = up.awaitReady();
        } else if (text.startsWith("export ")) {
            exports.append(text);
        } else {
            shell(text);
        }
    }

    private void shell(String block) throws IOException, InterruptedException {
        var builder =
                new ProcessBuilder("bash", "-e", "-o", "pipefail", "-c", exports + block)
                        .directory(work.toFile())
                        .redirectErrorStream(true);
        var environment = builder.environment();
        environment.put("PITLANE_JOB_JVM_OPTIONS", PitlaneProcess.SHORT_LIVED);
        environment.put("PATH", work.resolve("bin") + ":" + environment.get("PATH"));
        environment.put("BROWSER", "true");
        var process = builder.start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as("%s%n%s", block, output).isZero();
        printed.append(output);
    }

    private void copyTheModelOfTheDemo() throws IOException {
        var from = ROOT.resolve("examples/fashion-mnist/baseline");
        var to = work.resolve("tutorial/model");
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        var copy = to.resolve(from.relativize(file));
                        Files.createDirectories(copy.getParent());
                        Files.copy(file, copy);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private Report report(String folder) throws IOException {
        var file = work.resolve("tutorial").resolve(folder).resolve("report.json");
        return ContractJson.MAPPER.readValue(file.toFile(), Report.class);
    }

    private static boolean hasTensorFlow(String python) {
        try {
            return new ProcessBuilder(python, "-c", "import tensorflow").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
