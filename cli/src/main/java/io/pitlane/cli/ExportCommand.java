package io.pitlane.cli;

import io.pitlane.cli.model.ModelExport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Writes a model in the format of another inference engine, in float32.")
final class ExportCommand implements Callable<Integer> {
    /** Formats of other engines. */
    enum Format {
        ONNX
    }

    @Parameters(
            paramLabel = "MODEL",
            description =
                    "Folder or .tar.gz of a SavedModel, a frozen graph (.pb), or an ONNX model (.onnx).")
    private Path model;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            required = true,
            description = "onnx: ONNX, operator set 13.")
    private Format format;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "The file; an ONNX model that is there is replaced.")
    private Path out;

    @Mixin private ImportOption imported;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var written =
                switch (format) {
                    case ONNX ->
                            ModelExport.toOnnx(model, imported.options(), out, Version.current());
                };
        spec.commandLine().getOut().println(written);
        return ExitCode.OK;
    }
}
