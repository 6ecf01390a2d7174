package io.pitlane.bench;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.formats.export.ModelExport;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;

/** Converts graphs to the formats of engines. */
@FunctionalInterface
interface Exporter {

    /** The export of a graph. */
    ModelExport of(ModelFormat format, FlatGraph graph, Precision precision);
}
