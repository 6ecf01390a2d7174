package io.pitlane.distill;

import io.pitlane.model.graph.FlatGraph;
import java.util.List;

/**
 * Who learns.
 *
 * @param graph the model before training
 * @param notes how it was made
 */
record Student(FlatGraph graph, List<String> notes) {}
