package io.pitlane.cli;

import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.run.RunState;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.function.Function;
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
    @Mixin private JsonOption json;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var state = run.find(server.client());
        json.print(spec.commandLine().getOut(), state, () -> text(state));
        return ExitCode.of(state);
    }

    private static String text(RunState state) {
        var lines = new StringJoiner("\n");
        lines.add("run      " + state.runId());
        lines.add("plan     " + state.plan().name());
        lines.add("status   " + state.status().title());
        lines.add("step     " + step(state));
        lines.add("models   " + joined(state.models(), StatusCommand::model));
        if (!state.deliverables().isEmpty()) {
            lines.add("formats  " + joined(state.deliverables(), one -> one.format().label()));
        }
        if (state.approval() != null) {
            lines.add("release  " + DecisionCommand.words(state.approval()));
        }
        lines.add("took     " + took(state));
        if (state.failure() != null) {
            lines.add("failure  " + state.failure().message());
            lines.add("         " + state.failure().action());
        }
        return lines.toString();
    }

    private static <T> String joined(List<T> parts, Function<T, String> text) {
        return parts.stream().map(text).collect(Collectors.joining(", "));
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
