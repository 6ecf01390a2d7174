package io.pitlane.cli;

import io.pitlane.cli.stack.StateFolder;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The state folder of the local stack of {@code pitlane up}. */
final class StateOption {
    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = "${env:PITLANE_STATE}",
            description =
                    "The folder in which 'pitlane up' keeps its data and logs"
                            + " (else PITLANE_STATE, else ~/.pitlane).")
    private Path folder;

    StateFolder folder() {
        return folder == null
                ? StateFolder.ofUser()
                : new StateFolder(folder.toAbsolutePath().normalize());
    }
}
