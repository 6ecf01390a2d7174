package io.pitlane.graph.savedmodel;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.batch.DynamicBatch;
import io.pitlane.graph.operation.OpAllowList;
import io.pitlane.graph.operation.RegisteredOps;
import io.pitlane.graph.pass.ConstantFolding;
import io.pitlane.graph.pass.DilationFolding;
import io.pitlane.graph.pass.StaticShapes;
import io.pitlane.graph.savedmodel.inlining.DeadBranchRemoval;
import io.pitlane.graph.savedmodel.inlining.DropoutRemoval;
import io.pitlane.graph.savedmodel.inlining.FunctionInliner;
import io.pitlane.graph.savedmodel.inlining.InlinedGraph;
import io.pitlane.graph.savedmodel.inlining.Simplification;
import java.nio.file.Path;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TFUnimplementedException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;

/**
 * Reads a SavedModel into a flat inference graph with the same outputs: function calls are inlined,
 * variables frozen to constants, branches that are never taken removed, constants folded, a fixed
 * batch size {@linkplain DynamicBatch opened}.
 *
 * <p>Supports the exports of Keras from TensorFlow 2.3 to Keras 3, and flat graphs of TensorFlow
 * 1.x. The model is parsed and checked against {@link OpAllowList} before TensorFlow loads it.
 *
 * <pre>{@code
 * FlatGraph graph = SavedModelReader.read(Path.of("models/traffic-signs"));
 * }</pre>
 */
public final class SavedModelReader {
    private SavedModelReader() {}

    /**
     * Reads the signature {@code serving_default}, or the only one, or the only numeric one.
     *
     * @throws FailureException of kind INVALID_INPUT when the folder is not a SavedModel, or the
     *     model is not supported
     */
    public static FlatGraph read(Path folder) {
        return read(folder, null);
    }

    /**
     * Reads the signature of this name; for null, the choice of {@link #read(Path)}.
     *
     * @throws FailureException of kind INVALID_INPUT when there is none, or as {@link #read(Path)}
     */
    public static FlatGraph read(Path folder, String signatureKey) {
        return readWithNote(folder, signatureKey).graph();
    }

    /**
     * As {@link #read(Path, String)}, and what became of a fixed batch size.
     *
     * @throws FailureException as {@link #read(Path, String)}
     */
    public static DynamicBatch readWithNote(Path folder, String signatureKey) {
        var model = SavedModelFile.parse(folder);
        return DynamicBatch.of(read(folder, model, SignatureChoice.choose(model, signatureKey)));
    }

    /**
     * Checks that a folder holds a SavedModel, without reading it.
     *
     * @throws FailureException of kind INVALID_INPUT saying what it holds instead
     */
    public static void requireSavedModel(Path folder) {
        SavedModelFile.locate(folder);
    }

    private static FlatGraph read(Path folder, MetaGraphDef model, GraphSignature signature) {
        SafetyCheck.check(model, signature);
        ConstantCheck.check(model);
        try {
            var inlined = FunctionInliner.inline(model.getGraphDef(), signature);
            var versions = model.getGraphDef().getVersions();
            var flat = Simplification.simplify(DeadBranchRemoval.remove(inlined), versions);
            checkKnown(flat, model);
            checkUnwritten(flat, inlined);
            var read =
                    new DilationFolding()
                            .apply(DropoutRemoval.remove(folded(freeze(flat, folder, model))));
            ConstantCheck.checkNumbers(read);
            return read;
        } catch (TensorFlowException | TFInvalidArgumentException | TFUnimplementedException e) {
            throw refused(folder, e);
        } catch (IllegalArgumentException e) {
            throw explain(folder, model.getGraphDef(), e);
        }
    }

    /**
     * Whose fault an exception of our own is: TensorFlow decides. A graph that it does not accept
     * is wrong; with one that it accepts, the reading is.
     *
     * @return of kind INVALID_INPUT or INTERNAL, with the cause
     */
    static FailureException explain(Path folder, GraphDef graph, IllegalArgumentException e) {
        try {
            InferredShapes.of(graph);
        } catch (TensorFlowException
                | TFInvalidArgumentException
                | TFUnimplementedException refusal) {
            refusal.addSuppressed(e);
            return refused(folder, refusal);
        }
        return new FailureException(
                Failure.Kind.INTERNAL,
                "A defect in Pitlane: the graph of " + folder + " cannot be read (" + e + ").",
                "Report it together with the model's saved_model.pb.",
                e);
    }

    private static FailureException refused(Path folder, RuntimeException e) {
        return new FailureException(
                Failure.Kind.INVALID_INPUT,
                "TensorFlow does not accept the graph of "
                        + folder
                        + ": "
                        + VariableValues.firstLine(e)
                        + ".",
                "Export the model again, if possible with TensorFlow 2.18 or a neighbour.",
                e);
    }

    private static FlatGraph folded(FlatGraph graph) {
        var folded = new ConstantFolding().apply(graph);
        var next = new StaticShapes().apply(folded);
        while (next != folded) {
            folded = new ConstantFolding().apply(next);
            next = new StaticShapes().apply(folded);
        }
        return folded;
    }

    private static void checkKnown(FlatGraph graph, MetaGraphDef model) {
        for (var node : graph.nodes()) {
            if (!RegisteredOps.contains(node.getOp())) {
                throw FailureException.invalidInput(
                        "The model's node '"
                                + node.getName()
                                + "' runs the operation "
                                + node.getOp()
                                + ", which this TensorFlow does not have; the model was made with "
                                + model.getMetaInfoDef().getTensorflowVersion()
                                + ".",
                        "Export the model with TensorFlow 2.18 or older.");
            }
        }
    }

    private static void checkUnwritten(FlatGraph graph, InlinedGraph inlined) {
        for (var node : graph.nodes()) {
            if (inlined.assigned().contains(node.getName())) {
                throw FailureException.invalidInput(
                        "The model's predictions depend on the variable '"
                                + node.getName()
                                + "' (operation "
                                + node.getOp()
                                + "), which they change as they run.",
                        "Export the model for inference only, with training=False.");
            }
        }
    }

    private static FlatGraph freeze(FlatGraph graph, Path folder, MetaGraphDef model) {
        var variables = graph.nodes().stream().filter(VariableValues::isVariable).toList();
        if (variables.isEmpty()) {
            return graph;
        }
        var edit = graph.edit();
        VariableValues.read(folder, SavedModelFile.tags(model), variables)
                .forEach((name, value) -> edit.put(NodeBuilder.constant(name, value)));
        return edit.build();
    }
}
