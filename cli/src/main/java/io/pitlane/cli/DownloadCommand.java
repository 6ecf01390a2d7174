package io.pitlane.cli;

import io.pitlane.cli.model.ModelFolder;
import io.pitlane.cli.model.ModelTarget;
import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.run.DeliveredModel;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.run.RunState;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "download",
        mixinStandardHelpOptions = true,
        description = {
            "Downloads one model of a run.",
            "With --format, the candidate of a run that has ended, in a format that it was delivered"
                    + " in; else the SavedModel of a step."
        })
final class DownloadCommand implements Callable<Integer> {
    @Mixin private RunArgument run;

    @Option(
            names = "--label",
            paramLabel = "LABEL",
            description = "Which model: original, or the step that made it (else the last one).")
    private String label;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "The delivered candidate: tensorflow, onnx, tflite or packed.")
    private DeliveryFormat format;

    @Option(
            names = "--out",
            paramLabel = "PATH",
            required = true,
            description =
                    "Folder for a SavedModel, else the file; a model of that format that is there is"
                            + " replaced.")
    private Path out;

    @Mixin private ServerOption server;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        if (format != null && label != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--format and --label exclude each other: only the candidate is delivered in"
                            + " other formats");
        }
        if (format == null) {
            downloadModel();
        } else {
            downloadDeliverable();
        }
        return ExitCode.OK;
    }

    private void downloadModel() {
        var folder = new ModelFolder(out.toAbsolutePath().normalize());
        folder.requireReplaceable();
        var client = server.client();
        var state = run.find(client);
        var model = model(state);
        folder.download(
                packed -> client.runs().downloadModel(state.runId(), model.label(), packed));
        print(model.label() + " is in " + folder.path());
        model.notes().forEach(note -> print("  " + note));
    }

    private void downloadDeliverable() {
        var target = ModelTarget.of(format, out.toAbsolutePath().normalize());
        target.requireReplaceable();
        var client = server.client();
        var state = run.find(client);
        var deliverable = deliverable(state);
        target.download(
                file -> client.runs().downloadDeliverable(state.runId(), deliverable, file));
        print("the candidate as " + format.label() + " is in " + target.path());
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
    }

    private DeliveredModel deliverable(RunState state) {
        return state.deliverables().stream()
                .filter(delivered -> delivered.format() == format)
                .findFirst()
                .orElseThrow(() -> notDelivered(state));
    }

    private FailureException notDelivered(RunState state) {
        var delivered = state.deliverables().stream().map(d -> d.format().label()).toList();
        return FailureException.invalidInput(
                "run %s has delivered no %s model".formatted(state.runId(), format.label()),
                delivered.isEmpty()
                        ? "It has delivered nothing; a run delivers when it ends with a report."
                        : "It has delivered %s. The notes in its report say why."
                                .formatted(String.join(", ", delivered)));
    }

    private RunModel model(RunState state) {
        var models = state.models();
        if (label == null) {
            return models.get(models.size() - 1);
        }
        return models.stream()
                .filter(model -> model.label().equals(label))
                .findFirst()
                .orElseThrow(() -> unknownLabel(state));
    }

    private FailureException unknownLabel(RunState state) {
        var labels = state.models().stream().map(RunModel::label);
        return FailureException.invalidInput(
                "run " + state.runId() + " has no model '" + label + "'",
                "It has " + labels.collect(Collectors.joining(", ")) + ".");
    }
}
