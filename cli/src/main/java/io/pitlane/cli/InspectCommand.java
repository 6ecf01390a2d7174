package io.pitlane.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = {
            "Describes a SavedModel: signature, operations, parameters, MACs, size, layers,",
            "and what each technique can and cannot do with it."
        })
final class InspectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", description = "Folder or .tar.gz of a SavedModel.")
    private Path model;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        return ExitCode.OK;
    }
}
