package io.pitlane.cli;

import io.pitlane.cli.plan.PlanFile;
import io.pitlane.cli.plan.PlanInspection;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Checks a plan with its model and data, and says what it does: what is read, which"
                    + " steps run, about how long they take, and when the result passes.",
            "Exit code: 0 when a run would start, 2 when it would be refused, with every problem."
        })
final class PlanCheckCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "PLAN",
            description =
                    "The plan, YAML or JSON. Relative paths in it are relative to its folder.")
    private Path plan;

    @Mixin private JsonOption json;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var summary = new PlanInspection(PlanFile.read(plan)).summary();
        json.print(spec.commandLine().getOut(), summary, summary::render);
        return ExitCode.OK;
    }
}
