package io.pitlane.cli;

import io.pitlane.cli.model.Inspection;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description =
                "Describes a SavedModel as Pitlane works on it: signature, size, parameters, MACs,"
                        + " layers, operations, and what each technique can do with it.")
final class InspectCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "MODEL",
            description =
                    "Folder or .tar.gz of a SavedModel, a frozen graph (.pb), an ONNX model (.onnx), or a"
                            + " packed model.")
    private Path model;

    @Mixin private ImportOption imported;
    @Mixin private JsonOption json;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var sheet = Inspection.of(model, imported.options());
        json.print(spec.commandLine().getOut(), sheet, sheet::render);
        return ExitCode.OK;
    }
}
