package io.pitlane.graph.savedmodel;

import com.google.protobuf.CodedOutputStream;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.pass.GroupedConvolutions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;

/**
 * Writes a flat graph as a SavedModel of one file, with the weights as constants in the graph.
 *
 * <p>Deterministic: the same graph gives the same bytes.
 */
public final class SavedModelWriter {
    private SavedModelWriter() {}

    /**
     * Writes {@code saved_model.pb} into the folder, which is created if it is missing; a file of
     * that name is replaced.
     *
     * @throws FailureException of kind INVALID_INPUT when the model is larger than the 2 GiB that
     *     the format can hold
     */
    public static void write(FlatGraph graph, Path folder) {
        write(
                metaGraph(GroupedConvolutions.unfused(graph).toGraphDef(), graph.signature()),
                folder);
    }

    /**
     * Writes a graph with a signature as it is.
     *
     * @throws FailureException as {@link #write(FlatGraph, Path)}
     */
    static void write(GraphDef graph, GraphSignature signature, Path folder) {
        write(metaGraph(graph, signature), folder);
    }

    private static void write(MetaGraphDef graph, Path folder) {
        var model =
                SavedModel.newBuilder().setSavedModelSchemaVersion(1).addMetaGraphs(graph).build();
        if (model.getSerializedSize() < 0) {
            throw FailureException.invalidInput(
                    "The model is larger than the 2 GiB that one saved_model.pb can hold.",
                    "Compress a smaller model.");
        }
        try {
            Files.createDirectories(folder);
            var whole = Files.createTempFile(folder, SavedModelFile.FILE_NAME, ".part");
            try (var bytes = Files.newOutputStream(whole)) {
                var coded = CodedOutputStream.newInstance(bytes);
                coded.useDeterministicSerialization();
                model.writeTo(coded);
                coded.flush();
            }
            Files.move(
                    whole,
                    folder.resolve(SavedModelFile.FILE_NAME),
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the model to " + folder, e);
        }
    }

    private static MetaGraphDef metaGraph(GraphDef graph, GraphSignature signature) {
        return GraphProto.of(graph, signature).toBuilder()
                .setMetaInfoDef(
                        MetaGraphDef.MetaInfoDef.newBuilder()
                                .addTags(SavedModelFile.SERVE_TAG)
                                .setTensorflowVersion(TensorFlowRuntime.version()))
                .build();
    }
}
