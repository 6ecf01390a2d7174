package io.pitlane.cli;

import io.pitlane.contract.plan.FrozenGraphPorts;
import java.util.List;
import picocli.CommandLine.Option;

/** The inputs and outputs of a frozen graph, where the graph does not show them. */
final class FrozenGraphOption {
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

    FrozenGraphPorts ports() {
        return new FrozenGraphPorts(inputs, outputs);
    }
}
