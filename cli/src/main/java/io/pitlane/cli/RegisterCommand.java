package io.pitlane.cli;

import io.pitlane.cli.plan.PlanFile;
import io.pitlane.cli.plan.PlanRegistration;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "register",
        mixinStandardHelpOptions = true,
        description = {
            "Registers a plan at a server for every new version of a model.",
            "Its data are uploaded. 'pitlane trigger' or an event then starts it."
        })
final class RegisterCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "PLAN",
            description =
                    "The plan, YAML or JSON. Relative paths in it are relative to its folder.")
    private Path plan;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "Name of the model (else the name of the plan).")
    private String model;

    @Mixin private ServerOption server;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var planFile = PlanFile.read(plan);
        var name = model == null ? planFile.plan().name() : model;
        var client = server.client();
        var out = spec.commandLine().getOut();
        var registered = new PlanRegistration(planFile, out).register(name, client);
        out.println(
                "Plan "
                        + registered.plan().name()
                        + " is registered for model "
                        + registered.model()
                        + " at "
                        + client.server());
        return ExitCode.OK;
    }
}
