package io.pitlane.cli;

import io.pitlane.cli.plan.PlanChanges;
import io.pitlane.cli.run.Rerun;
import io.pitlane.cli.run.ResultsFolder;
import io.pitlane.cli.run.Server;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "rerun",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the plan of an earlier run again, with changes, on the same model and data.",
            "Steps before the first change are not done again, as long as the server knows their"
                    + " results.",
            "Exit code: 0 passed, 1 failed, 2 wrong input, 3 not passed."
        })
final class RerunCommand implements Callable<Integer> {
    @Mixin private RunArgument run;

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description =
                    "An option of a step, as quantize.calibration.method=mse or"
                            + " prune-2.ratio=0.25, or a field of the plan, as seed=2. The value"
                            + " is YAML; null removes the option. Can be repeated.")
    private List<String> settings = List.of();

    @Option(
            names = "--no-cache",
            description = "Does every step again, also those before the first change.")
    private boolean noCache;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Where to write report.json, report.html and the candidate: model/,"
                            + " model.onnx, model.tflite, model.pitlane (else pitlane-out/<name of the"
                            + " plan>-rerun).")
    private Path out;

    @Mixin private ServerOption server;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var client = server.client();
        var earlier = run.find(client);
        var folder = out == null ? Path.of("pitlane-out", earlier.plan().name() + "-rerun") : out;
        var changes = new ArrayList<>(settings);
        if (noCache) {
            changes.add("cache=false");
        }
        var rerun = new Rerun(earlier, ResultsFolder.prepare(folder), spec.commandLine().getOut());
        var report = rerun.run(new PlanChanges(changes), new Server.Running(client));
        return report.verdict().passed() ? ExitCode.OK : ExitCode.NOT_PASSED;
    }
}
