package io.pitlane.cli;

import io.pitlane.cli.model.ModelExport;
import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.formats.export.InputType;
import io.pitlane.formats.export.Precision;
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
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Writes a model in the format of an inference engine.")
final class ExportCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "MODEL",
            description =
                    "Folder or .tar.gz of a SavedModel, a frozen graph (.pb), an ONNX model (.onnx), or a"
                            + " packed model.")
    private Path model;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            required = true,
            description =
                    "onnx: ONNX, operator set 13; tflite: TensorFlow Lite; tensorflow: a SavedModel, with int8 kernels of"
                            + " oneDNN for a quantized model.")
    private ModelFormat format;

    @Option(
            names = "--precision",
            paramLabel = "PRECISION",
            description =
                    "float32, float16: weights in float16, bfloat16 or int8: the layers of a model"
                            + " that is quantized to it, bfloat16 for tensorflow only. Default:"
                            + " that of the model, where the format has it, else float32.")
    private Precision precision;

    @Option(
            names = "--input-type",
            paramLabel = "TYPE",
            defaultValue = "float32",
            description =
                    "float32, or uint8 or int8 for a quantized model: its input takes bytes, the integers"
                            + " of its own quantization. Default: float32.")
    private InputType inputType;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description =
                    "The file, or for tensorflow the folder; a model of the same format that is there is"
                            + " replaced.")
    private Path out;

    @Mixin private ImportOption imported;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var written =
                ModelExport.write(
                        model,
                        imported.options(),
                        format,
                        Optional.ofNullable(precision),
                        inputType,
                        out,
                        Version.current());
        spec.commandLine().getOut().println(written);
        return ExitCode.OK;
    }
}
