package io.pitlane.gateway.descriptions;

import com.fasterxml.jackson.databind.JsonNode;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.gateway.config.GatewayConfig;
import io.pitlane.gateway.errors.ApiException;
import io.pitlane.gateway.errors.HttpStatus;
import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.files.Folders;
import io.pitlane.pipeline.process.ChildEnvironment;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Has a process describe a model: {@code COMMAND inspect FILE --json}. The gateway itself knows no
 * models, and a model is a program: reading it may crash the process, or take for ever. The process
 * gets none of the gateway's environment but what a child of a stage gets, so no credentials.
 */
@Singleton
class ModelInspector {
    /** The exit code of a command whose input is wrong. */
    private static final int WRONG_INPUT = 2;

    /** The description of a model of some thousand layers has some hundred kilobytes. */
    private static final int MAX_BYTES = 8 << 20;

    private static final int MAX_MESSAGE_CHARS = 2000;
    private static final String PREFIX = "pitlane: ";

    private final List<String> command;
    private final Duration deadline;
    private final Path folder;

    @Inject
    ModelInspector(GatewayConfig config, PipelineConfig pipeline) {
        this(
                config.inspect().command().orElse(List.of()),
                config.inspect().deadline(),
                pipeline.work().folder().resolve("inspect"));
    }

    ModelInspector(List<String> command, Duration deadline, Path folder) {
        this.command = List.copyOf(command);
        this.deadline = deadline;
        this.folder = folder;
    }

    /**
     * Describes a model.
     *
     * @param model a packed SavedModel
     * @return what {@code pitlane inspect --json} prints
     * @throws ApiException 422 when the model cannot be read, 501 without a command
     */
    JsonNode describe(Path model) {
        if (command.isEmpty()) {
            throw new ApiException(
                    Status.NOT_IMPLEMENTED,
                    "This gateway describes no models.",
                    "Run 'pitlane inspect MODEL', or set pitlane.inspect.command at the gateway.");
        }
        try {
            Files.createDirectories(folder);
            var work = Files.createTempDirectory(folder, "model-");
            try {
                return describe(model, work);
            } finally {
                Folders.delete(work);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode describe(Path model, Path work) throws IOException {
        var output = work.resolve("output.json").toFile();
        var errors = work.resolve("errors");
        var arguments = new ArrayList<>(command);
        arguments.addAll(List.of("inspect", model.toString(), "--json"));
        var builder =
                new ProcessBuilder(arguments)
                        .directory(work.toFile())
                        .redirectOutput(output)
                        .redirectError(errors.toFile());
        ChildEnvironment.keepHarmless(builder.environment(), List.of());
        var process = builder.start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw undescribed(
                        "Reading the model takes longer than " + deadline.toSeconds() + " s.",
                        "Run 'pitlane inspect MODEL', or raise pitlane.inspect.deadline at the"
                                + " gateway.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FailureException(
                    Failure.Kind.CANCELLED, "The gateway is stopping.", "Try again.", e);
        } finally {
            process.destroyForcibly();
        }
        if (output.length() > MAX_BYTES) {
            throw undescribed(
                    "The description of the model is larger than " + MAX_BYTES + " bytes.",
                    "Run 'pitlane inspect MODEL'.");
        }
        if (process.exitValue() == 0) {
            return ContractJson.MAPPER.readTree(output);
        }
        throw refused(
                process.exitValue(), beginning(errors).replace(model.toString(), "the model"));
    }

    private static String beginning(Path errors) throws IOException {
        try (var stream = Files.newInputStream(errors)) {
            return new String(stream.readNBytes(MAX_MESSAGE_CHARS), StandardCharsets.UTF_8);
        }
    }

    /** The command prints what is wrong, behind its name, and below it what to do. */
    private static ApiException refused(int exitCode, String errors) {
        var begin = errors.indexOf(PREFIX);
        if (exitCode != WRONG_INPUT || begin < 0) {
            return undescribed(
                    "The process that reads the model ended with exit code " + exitCode + ".",
                    "Run 'pitlane inspect MODEL', which says more.");
        }
        var lines = errors.substring(begin + PREFIX.length()).lines().map(String::strip).toList();
        return undescribed(lines.get(0), String.join(" ", lines.subList(1, lines.size())).strip());
    }

    private static ApiException undescribed(String message, String action) {
        return new ApiException(HttpStatus.UNPROCESSABLE_CONTENT, message, action);
    }
}
