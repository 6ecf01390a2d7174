package io.pitlane.graph.savedmodel;

import com.google.protobuf.CodedOutputStream;
import io.pitlane.contract.artifact.Sha256;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.pass.GroupedConvolutions;
import java.io.IOException;
import java.io.OutputStream;
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
        write(metaGraph(graph), folder);
    }

    /**
     * The SHA-256 digest of what {@link #write} writes; 64 lower-case hex digits.
     *
     * @throws FailureException as {@link #write(FlatGraph, Path)}
     */
    public static String digest(FlatGraph graph) {
        var sha = new Sha256();
        try {
            write(savedModel(metaGraph(graph)), sha.over(OutputStream.nullOutputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sha.hex();
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
        var model = savedModel(graph);
        try {
            Files.createDirectories(folder);
            var whole = Files.createTempFile(folder, SavedModelFile.FILE_NAME, ".part");
            try (var bytes = Files.newOutputStream(whole)) {
                write(model, bytes);
            }
            Files.move(
                    whole,
                    folder.resolve(SavedModelFile.FILE_NAME),
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the model to " + folder, e);
        }
    }

    private static void write(SavedModel model, OutputStream out) throws IOException {
        var coded = CodedOutputStream.newInstance(out);
        coded.useDeterministicSerialization();
        model.writeTo(coded);
        coded.flush();
    }

    private static SavedModel savedModel(MetaGraphDef graph) {
        var model =
                SavedModel.newBuilder().setSavedModelSchemaVersion(1).addMetaGraphs(graph).build();
        if (model.getSerializedSize() < 0) {
            throw FailureException.invalidInput(
                    "The model is larger than the 2 GiB that one saved_model.pb can hold.",
                    "Compress a smaller model.");
        }
        return model;
    }

    private static MetaGraphDef metaGraph(FlatGraph graph) {
        return metaGraph(GroupedConvolutions.unfused(graph).toGraphDef(), graph.signature());
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
