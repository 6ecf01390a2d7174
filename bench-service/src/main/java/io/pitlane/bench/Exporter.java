package io.pitlane.bench;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.formats.export.ModelExport;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;
import java.util.Optional;

/** Converts graphs to the formats of engines. */
@FunctionalInterface
interface Exporter {

    /** The export of a graph; empty where the format is not written. */
    Optional<ModelExport> of(ModelFormat format, FlatGraph graph, Precision precision);
}
