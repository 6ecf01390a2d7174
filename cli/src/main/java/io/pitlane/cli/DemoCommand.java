package io.pitlane.cli;

import io.pitlane.cli.plan.PlanFile;
import io.pitlane.cli.run.Compression;
import io.pitlane.cli.run.ResultsFolder;
import io.pitlane.cli.run.TransientStack;
import io.pitlane.cli.stack.Installation;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Compresses the bundled example, with a stack of its own on this machine.",
            "Exit code: 0 passed, 1 failed, 2 wrong input, 3 not passed."
        })
final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "pitlane-out/demo",
            description =
                    "Where to write report.json, report.html and the candidate: model/,"
                            + " model.onnx, model.tflite, model.pitlane (${DEFAULT-VALUE}).")
    private Path out;

    @Option(names = "--open", description = "Opens the board in the browser while the stack is up.")
    private boolean open;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var installation = Installation.find();
        var plan = PlanFile.read(installation.demoPlan());
        var results = ResultsFolder.prepare(out);
        var report =
                new Compression(plan, results, spec.commandLine().getOut())
                        .run(
                                messages -> {
                                    var stack = TransientStack.start(installation, messages);
                                    if (open) {
                                        Browser.ofUser().open(stack.client().board());
                                    }
                                    return stack;
                                });
        return report.verdict().passed() ? ExitCode.OK : ExitCode.NOT_PASSED;
    }
}
