package io.pitlane.cli;

import io.pitlane.cli.model.ImportOptions;
import io.pitlane.contract.data.InputSpec.Layout;
import io.pitlane.contract.plan.FrozenGraphPorts;
import java.util.List;
import picocli.CommandLine.Option;

/** What a frozen graph or an ONNX model does not show. */
final class ImportOption {
    @Option(
            names = "--input",
            paramLabel = "NODE",
            description =
                    "Only for a frozen graph: a node that is fed (else its placeholders);"
                            + " repeat it for several.")
    private List<String> inputs;

    @Option(
            names = "--output",
            paramLabel = "NODE",
            description =
                    "Only for a frozen graph: a node that is an output (else the only one that no"
                            + " other reads); repeat it for several.")
    private List<String> outputs;

    @Option(
            names = "--layout",
            paramLabel = "LAYOUT",
            description =
                    "Only for an ONNX model: order of the axes of its image input, nchw or nhwc"
                            + " (else inferred).")
    private Layout layout;

    ImportOptions options() {
        return new ImportOptions(new FrozenGraphPorts(inputs, outputs), layout);
    }
}
