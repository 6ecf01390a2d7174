package io.pitlane.cli;

import io.pitlane.contract.run.Approval;
import io.pitlane.contract.run.RunState;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Decides on the candidate of a run whose plan has {@code release: manual}. */
abstract class DecisionCommand implements Callable<Integer> {
    private final Approval.Decision decision;

    @Mixin private RunArgument run;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            description =
                    "Why, for those who read it later; up to "
                            + Approval.MAX_REASON
                            + " characters.")
    private String reason;

    @Mixin private ServerOption server;
    @Mixin private JsonOption json;
    @Spec private CommandSpec spec;

    DecisionCommand(Approval.Decision decision) {
        this.decision = decision;
    }

    @Override
    public final Integer call() {
        var client = server.client();
        var state = client.runs().decide(run.find(client).runId(), decision, reason);
        json.print(spec.commandLine().getOut(), state, () -> text(state));
        return ExitCode.OK;
    }

    private static String text(RunState state) {
        return state.approval() == null
                ? "The decision is stored; 'pitlane status' shows it when it is applied."
                : "Run %s is %s.".formatted(state.runId(), words(state.approval()));
    }

    /** What was decided, by whom and why, as the end of a sentence. */
    static String words(Approval approval) {
        return "%s by %s: %s"
                .formatted(approval.decision().participle(), approval.by(), approval.reason());
    }
}
