package io.pitlane.graph.savedmodel;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.TensorProtos;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/** Reads the values of variables as TensorFlow restores them. */
final class VariableValues {
    private VariableValues() {}

    static boolean isVariable(NodeDef node) {
        return Operations.of(node).kind() == Kind.VARIABLE;
    }

    /**
     * The value of each variable, by the name of its node; all in one run, because a run costs the
     * same for one variable as for all of them.
     */
    static Map<String, TensorProto> read(Path folder, List<String> tags, List<NodeDef> variables) {
        try (var bundle =
                SavedModelBundle.loader(folder.toString())
                        .withTags(tags.toArray(String[]::new))
                        .withConfigProto(TensorFlowRuntime.sessionConfig())
                        .load()) {
            return read(bundle.graph(), bundle.session(), variables);
        } catch (TensorFlowException e) {
            throw new FailureException(
                    Failure.Kind.INVALID_INPUT,
                    "TensorFlow cannot restore the variables of "
                            + folder
                            + ": "
                            + firstLine(e)
                            + ".",
                    "Check that the folder's variables were copied whole, or export the model "
                            + "again.",
                    e);
        }
    }

    private static Map<String, TensorProto> read(
            Graph graph, Session session, List<NodeDef> variables) {
        var runner = session.runner();
        variables.forEach(variable -> runner.fetch(value(graph, variable)));
        var values = new LinkedHashMap<String, TensorProto>();
        try (var result = runner.run()) {
            for (int i = 0; i < variables.size(); i++) {
                values.put(variables.get(i).getName(), TensorProtos.of(result.get(i)));
            }
        }
        return values;
    }

    private static Output<?> value(Graph graph, NodeDef variable) {
        var place = place(graph, variable);
        if (!variable.getOp().equals("VarHandleOp")) {
            return place;
        }
        return graph.opBuilder("ReadVariableOp", variable.getName() + "/value", graph.baseScope())
                .setAttr("dtype", variable.getAttrOrThrow("dtype").getType())
                .addInput(place)
                .build()
                .output(0);
    }

    /** The variable's node; a new one where it is in a function's body. */
    private static Output<?> place(Graph graph, NodeDef variable) {
        var known = graph.operation(variable.getName());
        if (known != null) {
            return known.output(0);
        }
        var handle = graph.opBuilder(variable.getOp(), variable.getName(), graph.baseScope());
        variable.getAttrMap().forEach(handle::setAttr);
        return handle.build().output(0);
    }

    static String firstLine(Exception e) {
        var line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }
}
