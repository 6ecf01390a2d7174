package io.pitlane.cli;

import io.pitlane.contract.run.RegisteredPlan;
import io.pitlane.report.TextTable;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "plans",
        mixinStandardHelpOptions = true,
        description = "Lists the plans that are registered at a server, by model.")
final class PlansCommand implements Callable<Integer> {
    @Option(
            names = "--remove",
            paramLabel = "NAME",
            description = "Remove the plan of this model first; runs go on.")
    private String removed;

    @Mixin private ServerOption server;
    @Mixin private JsonOption json;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var client = server.client().plans();
        if (removed != null) {
            client.remove(removed);
        }
        var plans = client.list();
        json.print(spec.commandLine().getOut(), plans, () -> table(plans));
        return ExitCode.OK;
    }

    private static String table(List<RegisteredPlan> plans) {
        if (plans.isEmpty()) {
            return "No plans yet; 'pitlane register PLAN' registers one.";
        }
        var table = new TextTable(List.of("model", "plan", "steps", "data", "registered"), 5);
        plans.forEach(plan -> table.add(row(plan)));
        return table.render();
    }

    private static List<String> row(RegisteredPlan plan) {
        return List.of(
                plan.model(),
                plan.plan().name(),
                plan.plan().steps().stream()
                        .map(step -> step.stage().label())
                        .collect(Collectors.joining(", ")),
                plan.data() == null ? "from the trigger" : plan.data().substring(0, 12),
                RunsCommand.TIME.format(plan.registeredAt()));
    }
}
