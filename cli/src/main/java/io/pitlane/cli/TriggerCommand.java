package io.pitlane.cli;

import io.pitlane.cli.model.ModelTrigger;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "trigger",
        mixinStandardHelpOptions = true,
        description = {
            "Uploads a new version of a model and starts the plan that is registered for it.",
            "It prints the run's id and does not wait for the run."
        })
final class TriggerCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "NAME", description = "Name of the model.")
    private String name;

    @Parameters(
            index = "1",
            paramLabel = "MODEL",
            description =
                    "Folder or .tar.gz of the new SavedModel, a frozen graph (.pb), or an ONNX model (.onnx).")
    private Path model;

    @Option(
            names = "--id",
            paramLabel = "ID",
            description =
                    "What makes this version known: the same twice starts one run, so that a"
                            + " training job may try again (else each command starts a run).")
    private String id;

    @Mixin private ImportOption imported;
    @Mixin private ServerOption server;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var event = id == null ? UUID.randomUUID().toString() : id;
        var run = new ModelTrigger(server.client()).start(name, model, imported.options(), event);
        spec.commandLine().getOut().println(run);
        return ExitCode.OK;
    }
}
