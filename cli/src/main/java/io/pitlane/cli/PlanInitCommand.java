package io.pitlane.cli;

import io.pitlane.cli.plan.PlanInitialization;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description = {
            "Writes a first plan for a model, plan.yaml, with comments, and smoke.yaml, which does"
                    + " the same without training.",
            "With --data it also measures which of the usual scalings of pixels the model expects."
        })
final class PlanInitCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "MODEL",
            description =
                    "Folder or .tar.gz of a SavedModel, a frozen graph (.pb), an ONNX model (.onnx), or a"
                            + " packed model.")
    private Path model;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Folder of training and test data: idx, .npz or TFRecord files with 'train' and"
                            + " 'test' in their names, or sub-folders 'train' and 'test' of images.")
    private Path data;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Where to write the plans (else the current folder).")
    private Path out;

    @Mixin private ImportOption imported;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var files = new PlanInitialization(model, imported.options(), data).writeTo(out);
        var terminal = spec.commandLine().getOut();
        files.forEach(file -> terminal.println("Wrote " + file));
        terminal.println("Next: pitlane plan check " + files.get(0));
        return ExitCode.OK;
    }
}
