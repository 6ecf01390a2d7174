package io.pitlane.bench;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.formats.packed.PackedModelReader;
import io.pitlane.graph.FlatGraph;
import io.pitlane.report.FigureFormat;
import java.nio.file.Path;

/** Checks a packed file before it is delivered: what it unpacks to is the graph, bit for bit. */
final class PackedCheck {
    private PackedCheck() {}

    /** Unpacks a file, and compares the graph in it with the one that was packed. */
    static CheckResult of(Path file, FlatGraph packed) {
        try {
            var unpacked = PackedModelReader.read(file, PackedModelReader.MOST_BYTES);
            return isSame(unpacked, packed)
                    ? new CheckResult(
                            true,
                            "%s, which unpack to the candidate's graph bit for bit"
                                    .formatted(FigureFormat.bytes(ModelSizeProbe.bytes(file))))
                    : new CheckResult(false, "it unpacks to another graph than the candidate's");
        } catch (FailureException e) {
            return new CheckResult(false, e.getMessage());
        }
    }

    private static boolean isSame(FlatGraph unpacked, FlatGraph packed) {
        return unpacked.signature().equals(packed.signature())
                && unpacked.toGraphDef().equals(packed.toGraphDef());
    }
}
