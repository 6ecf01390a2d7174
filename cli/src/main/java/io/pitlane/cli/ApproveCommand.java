package io.pitlane.cli;

import io.pitlane.contract.run.Approval;
import picocli.CommandLine.Command;

@Command(
        name = "approve",
        mixinStandardHelpOptions = true,
        description = {
            "Releases the candidate of a run that has passed and waits for a decision: its plan has"
                    + " 'release: manual'.",
            "The first decision counts; the same one again changes nothing."
        })
final class ApproveCommand extends DecisionCommand {
    ApproveCommand() {
        super(Approval.Decision.APPROVE);
    }
}
