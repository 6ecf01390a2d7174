package io.pitlane.graph.savedmodel.inlining;

import io.pitlane.contract.failure.FailureException;
import java.util.regex.Pattern;
import org.tensorflow.proto.NodeDef;

/**
 * The calls that lead from the main graph to a function's body.
 *
 * @param prefix what the names of the body's nodes begin with; null for the main graph, whose nodes
 *     keep their names
 * @param depth number of calls
 */
record CallPath(String prefix, int depth) {
    static final CallPath MAIN = new CallPath(null, 0);

    private static final int MAX_DEPTH = 64;

    /** Path segments that only mark a call. */
    private static final Pattern CALL_SEGMENT =
            Pattern.compile("(^|/)(Stateful|Stateless)?PartitionedCall(_\\d+)?(?=/|$)");

    /** Whether this is the main graph. */
    boolean isMain() {
        return prefix == null;
    }

    /**
     * The path into the function that a node of this body calls.
     *
     * @throws FailureException of kind INVALID_INPUT when calls are nested too deeply, as by
     *     recursion
     */
    CallPath into(NodeDef call, String function) {
        if (depth == MAX_DEPTH) {
            throw FailureException.invalidInput(
                    "The model's function '" + function + "' calls itself.",
                    "Export the model without recursion.");
        }
        var full = (isMain() ? "" : prefix) + call.getName();
        var kept = CALL_SEGMENT.matcher(full).replaceAll("");
        var next = kept.startsWith("/") ? kept.substring(1) : kept;
        return new CallPath(kept.isEmpty() ? "" : next + "/", depth + 1);
    }
}
