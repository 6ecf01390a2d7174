package io.pitlane.cli;

import io.pitlane.cli.model.ModelFolder;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.run.RunState;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "download",
        mixinStandardHelpOptions = true,
        description = "Downloads one model of a run as a SavedModel.")
final class DownloadCommand implements Callable<Integer> {
    @Mixin private RunArgument run;

    @Option(
            names = "--label",
            paramLabel = "LABEL",
            description = "Which model: original, or the step that made it (else the last one).")
    private String label;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Folder for the model; a SavedModel that is there is replaced.")
    private Path out;

    @Mixin private ServerOption server;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var folder = new ModelFolder(out.toAbsolutePath().normalize());
        folder.requireReplaceable();
        var client = server.client();
        var state = run.find(client);
        var model = model(state);
        folder.download(client.runs(), state.runId(), model.label());
        spec.commandLine().getOut().println(model.label() + " is in " + folder.folder());
        model.notes().forEach(note -> spec.commandLine().getOut().println("  " + note));
        return ExitCode.OK;
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
