package io.pitlane.graph.operation;

import io.pitlane.graph.natives.TensorFlowRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** The operations that this build of TensorFlow has, with their definitions. */
public final class RegisteredOps {
    private RegisteredOps() {}

    /** Whether TensorFlow has an operation of this name. */
    public static boolean contains(String op) {
        return Loaded.OPS.containsKey(op);
    }

    /** Whether two runs of the operation on the same inputs may differ, as with random numbers. */
    public static boolean isStateful(String op) {
        var known = Loaded.OPS.get(op);
        return known == null || known.getIsStateful();
    }

    /** The operation's definition; null when TensorFlow has none of this name. */
    public static OpDef definition(String op) {
        return Loaded.OPS.get(op);
    }

    /**
     * The number of tensors of one declared output of this node: more than one where the operation
     * declares a list.
     */
    public static int width(OpDef.ArgDef output, NodeDef node) {
        if (!output.getNumberAttr().isEmpty()) {
            return Math.toIntExact(node.getAttrOrThrow(output.getNumberAttr()).getI());
        }
        if (!output.getTypeListAttr().isEmpty()) {
            return node.getAttrOrThrow(output.getTypeListAttr()).getList().getTypeCount();
        }
        return 1;
    }

    /** The element type of each output of a node. */
    public static List<DataType> outputTypes(NodeDef node) {
        var types = new ArrayList<DataType>();
        for (var output : Loaded.OPS.get(node.getOp()).getOutputArgList()) {
            if (!output.getTypeListAttr().isEmpty()) {
                types.addAll(node.getAttrOrThrow(output.getTypeListAttr()).getList().getTypeList());
            } else {
                for (int i = 0; i < width(output, node); i++) {
                    types.add(type(output, node));
                }
            }
        }
        return types;
    }

    private static DataType type(OpDef.ArgDef output, NodeDef node) {
        if (output.getTypeAttr().isEmpty()) {
            return output.getType();
        }
        return node.containsAttr(output.getTypeAttr())
                ? node.getAttrOrThrow(output.getTypeAttr()).getType()
                : defaultType(node.getOp(), output.getTypeAttr());
    }

    private static DataType defaultType(String op, String attribute) {
        return Loaded.OPS.get(op).getAttrList().stream()
                .filter(attr -> attr.getName().equals(attribute))
                .findFirst()
                .orElseThrow()
                .getDefaultValue()
                .getType();
    }

    private static final class Loaded {
        static final Map<String, OpDef> OPS = load();

        private static Map<String, OpDef> load() {
            TensorFlowRuntime.load();
            return TensorFlow.registeredOpList().getOpList().stream()
                    .collect(Collectors.toUnmodifiableMap(OpDef::getName, Function.identity()));
        }
    }
}
