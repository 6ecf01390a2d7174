package io.pitlane.graph.operation;

import io.pitlane.contract.failure.FailureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorflow.proto.NodeDef;

/**
 * The operations that a model may run. A model is a program: one that reads files, opens
 * connections, prints, looks up tables or calls Python is refused before TensorFlow loads it.
 */
public final class OpAllowList {
    /** Loops, and the lists of tensors that only loops fill. */
    private static final Set<String> LOOPS =
            Set.of(
                    "While",
                    "StatelessWhile",
                    "Enter",
                    "RefEnter",
                    "Exit",
                    "RefExit",
                    "NextIteration",
                    "RefNextIteration",
                    "LoopCond",
                    "EmptyTensorList",
                    "TensorListReserve",
                    "TensorListFromTensor",
                    "TensorListGetItem",
                    "TensorListSetItem",
                    "TensorListStack",
                    "TensorListPushBack",
                    "TensorListPopBack",
                    "TensorListLength",
                    "TensorListElementShape",
                    "TensorArrayV3",
                    "TensorArrayGatherV3",
                    "TensorArrayReadV3",
                    "TensorArrayScatterV3",
                    "TensorArraySizeV3",
                    "TensorArrayWriteV3");

    /** What may run in addition while a SavedModel is restored and initialised. */
    private static final Set<String> LOADING =
            Set.of("RestoreV2", "Restore", "RestoreSlice", "AssignVariableOp", "Assign");

    private static final Set<String> ALLOWED = read();

    private OpAllowList() {}

    /** Whether a model may run this operation. */
    public static boolean allows(String op) {
        return ALLOWED.contains(op);
    }

    /** Whether this is part of a loop, or of the lists that loops fill. */
    public static boolean isLoop(NodeDef node) {
        return LOOPS.contains(node.getOp());
    }

    /**
     * Checks one node that a prediction may run. Loops are accepted here: they are harmless, and
     * may be in a branch that is never taken.
     *
     * @throws FailureException of kind INVALID_INPUT when its operation is not allowed
     */
    public static void checkPrediction(NodeDef node) {
        require(ALLOWED.contains(node.getOp()) || isLoop(node), node, "");
    }

    /**
     * Checks one node of a flat graph.
     *
     * @throws FailureException of kind INVALID_INPUT when it is part of a loop
     */
    public static void checkFlat(NodeDef node) {
        if (isLoop(node)) {
            throw FailureException.invalidInput(
                    "The model runs a loop at node '"
                            + node.getName()
                            + "' (operation "
                            + node.getOp()
                            + ") whose number of rounds is not constant, or that fills a list, "
                            + "which cannot be compressed.",
                    "Export the model with its loop unrolled (in Keras: unroll=True), or with an "
                            + "operation on the whole batch in place of map_fn.");
        }
    }

    /**
     * Checks one node that runs while TensorFlow loads the model.
     *
     * @throws FailureException of kind INVALID_INPUT when its operation is not allowed
     */
    public static void checkLoading(NodeDef node) {
        require(
                ALLOWED.contains(node.getOp()) || LOADING.contains(node.getOp()),
                node,
                " while it is loaded");
    }

    private static void require(boolean allowed, NodeDef node, String when) {
        if (!allowed) {
            throw FailureException.invalidInput(
                    "The model's node '"
                            + node.getName()
                            + "' runs the operation "
                            + node.getOp()
                            + when
                            + ", which is not among those a model may run.",
                    "Export the model without it: images in, predictions out, and no file, "
                            + "network, print, table or Python operation.");
        }
    }

    private static Set<String> read() {
        try (var text = OpAllowList.class.getResourceAsStream("allowed-ops.txt")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .flatMap(line -> Arrays.stream(line.split(" ")))
                    .flatMap(op -> op.isEmpty() ? Stream.empty() : Stream.of(op))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
