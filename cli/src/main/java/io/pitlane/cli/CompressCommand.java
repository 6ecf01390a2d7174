package io.pitlane.cli;

import io.pitlane.cli.plan.PlanFile;
import io.pitlane.cli.run.Compression;
import io.pitlane.cli.run.ResultsFolder;
import io.pitlane.cli.run.Server;
import io.pitlane.cli.run.TransientStack;
import io.pitlane.cli.stack.Installation;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "compress",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a plan and writes the report, and the candidate in every format of the"
                    + " plan's 'deliver'.",
            "It uses the server that --server or PITLANE_SERVER names, else the stack that"
                    + " 'pitlane up' runs here, else a stack of its own for this one run.",
            "Exit code: 0 passed, 1 failed, 2 wrong input, 3 not passed."
        })
final class CompressCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "PLAN",
            description =
                    "The plan, YAML or JSON. Relative paths in it are relative to its folder.")
    private Path plan;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Where to write report.json, report.html and the candidate: model/,"
                            + " model.onnx, model.tflite (else pitlane-out/<name of the plan>).")
    private Path out;

    @Mixin private ServerOption server;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var planFile = PlanFile.read(plan);
        var folder = out == null ? Path.of("pitlane-out", planFile.plan().name()) : out;
        var results = ResultsFolder.prepare(folder);
        var named = server.named();
        var report =
                new Compression(planFile, results, spec.commandLine().getOut())
                        .run(
                                messages ->
                                        named.or(server::running)
                                                .<Server>map(Server.Running::new)
                                                .orElseGet(() -> transientStack(messages)));
        return report.verdict().passed() ? ExitCode.OK : ExitCode.NOT_PASSED;
    }

    private static Server transientStack(Consumer<String> messages) {
        messages.accept("Starting a local stack for this run ...");
        return TransientStack.start(Installation.find(), messages);
    }
}
