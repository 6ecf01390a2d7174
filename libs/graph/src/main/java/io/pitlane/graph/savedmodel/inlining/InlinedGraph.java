package io.pitlane.graph.savedmodel.inlining;

import io.pitlane.graph.GraphSignature;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * A graph whose function calls are inlined; it may still hold variables, branches and control
 * edges.
 *
 * @param nodes by name, each after its inputs
 * @param signature inputs and outputs
 * @param assigned names of the variables that a prediction writes
 */
public record InlinedGraph(
        Map<String, NodeDef> nodes, GraphSignature signature, Set<String> assigned) {}
