package io.pitlane.cli;

import io.pitlane.cli.model.ModelPacking;
import io.pitlane.contract.artifact.ModelFormat;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "unpack",
        mixinStandardHelpOptions = true,
        description =
                "Restores a packed model, after checking that every bit of it is as it was packed.")
final class UnpackCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "A model that pack wrote.")
    private Path file;

    @Option(
            names = "--base",
            paramLabel = "DEPLOYED",
            description = "The model that it was packed relative to, packed or not.")
    private Path base;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "onnx, tflite or tensorflow: as export writes it. Default: the SavedModel that was"
                            + " packed.")
    private ModelFormat format;

    @Option(
            names = "--out",
            paramLabel = "PATH",
            required = true,
            description =
                    "Folder for a SavedModel, file for onnx and tflite; a model of the same format that"
                            + " is there is replaced.")
    private Path out;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var written =
                ModelPacking.unpack(
                        file,
                        Optional.ofNullable(base),
                        Optional.ofNullable(format),
                        out,
                        Version.current());
        spec.commandLine().getOut().println(written);
        return ExitCode.OK;
    }
}
