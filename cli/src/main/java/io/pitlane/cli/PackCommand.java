package io.pitlane.cli;

import io.pitlane.cli.model.ModelPacking;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "pack",
        mixinStandardHelpOptions = true,
        description = {
            "Packs a model into one small file, from which unpack restores it bit for bit.",
            "Smallest where its weights are quantized, pruned or clustered."
        })
final class PackCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "MODEL",
            description =
                    "Folder or .tar.gz of a SavedModel, a frozen graph (.pb), an ONNX model (.onnx), or a"
                            + " packed model.")
    private Path model;

    @Option(
            names = "--base",
            paramLabel = "DEPLOYED",
            description =
                    "A model of the same structure: only what differs from it is packed, and unpack"
                            + " needs it too.")
    private Path base;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "The packed model; one that is there is replaced.")
    private Path out;

    @Mixin private ImportOption imported;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var written = ModelPacking.pack(model, imported.options(), Optional.ofNullable(base), out);
        spec.commandLine().getOut().println(written);
        return ExitCode.OK;
    }
}
