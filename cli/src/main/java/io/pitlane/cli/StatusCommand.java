package io.pitlane.cli;

import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.run.RunState;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the state of a run.",
            "The exit code is that of a finished run (see 'pitlane --help'), 0 while it goes on."
        })
final class StatusCommand implements Callable<Integer> {
    @Mixin private RunArgument run;
    @Mixin private ServerOption server;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var state = run.find(server.client());
        var out = spec.commandLine().getOut();
        out.println("run      " + state.runId());
        out.println("plan     " + state.plan().name());
        out.println("status   " + state.status().title());
        out.println("step     " + step(state));
        out.println(
                "models   "
                        + state.models().stream()
                                .map(StatusCommand::model)
                                .collect(Collectors.joining(", ")));
        if (!state.deliverables().isEmpty()) {
            out.println(
                    "formats  "
                            + state.deliverables().stream()
                                    .map(delivered -> delivered.format().label())
                                    .collect(Collectors.joining(", ")));
        }
        out.println("took     " + took(state));
        if (state.failure() != null) {
            out.println("failure  " + state.failure().message());
            out.println("         " + state.failure().action());
        }
        return ExitCode.of(state);
    }

    private static String model(RunModel model) {
        return model.cached() ? model.label() + " (cached)" : model.label();
    }

    static String step(RunState state) {
        var steps = state.plan().steps().size();
        return "%d of %d, %s".formatted(state.step() + 1, steps, state.plan().label(state.step()));
    }

    private static String took(RunState state) {
        var took = Duration.between(state.submittedAt(), state.updatedAt());
        return "%d min %02d s".formatted(took.toMinutes(), took.toSecondsPart());
    }
}
