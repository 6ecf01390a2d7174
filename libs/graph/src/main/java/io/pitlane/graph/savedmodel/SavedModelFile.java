package io.pitlane.graph.savedmodel;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pitlane.contract.artifact.ModelFileFormat;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;

/** Parses {@code saved_model.pb} without running any of it. */
final class SavedModelFile {
    static final String FILE_NAME = "saved_model.pb";
    static final String SERVE_TAG = "serve";

    private static final String HOW_TO_EXPORT =
            "Name the folder that model.export(...) or tf.saved_model.save(...) wrote; it holds "
                    + FILE_NAME
                    + ".";

    private SavedModelFile() {}

    /** The graph for serving in a SavedModel's folder. */
    static MetaGraphDef parse(Path folder) {
        var file = locate(folder);
        var serving =
                read(file).getMetaGraphsList().stream()
                        .filter(graph -> tags(graph).contains(SERVE_TAG))
                        .toList();
        if (serving.isEmpty()) {
            throw FailureException.invalidInput(
                    file + " holds no graph with the tag '" + SERVE_TAG + "'.",
                    "Export the model for serving, or check that the file was copied whole.");
        }
        return serving.stream()
                .filter(graph -> tags(graph).equals(List.of(SERVE_TAG)))
                .findFirst()
                .orElse(serving.get(0));
    }

    static List<String> tags(MetaGraphDef graph) {
        return graph.getMetaInfoDef().getTagsList();
    }

    /** The file in a SavedModel's folder; fails where there is none. */
    static Path locate(Path folder) {
        if (!Files.exists(folder)) {
            throw FailureException.invalidInput(
                    "The model folder " + folder + " does not exist.", HOW_TO_EXPORT);
        }
        if (!Files.isDirectory(folder)) {
            refuseOtherFormat(folder);
            throw FailureException.invalidInput(
                    folder + " is a file, but a SavedModel is a folder.", HOW_TO_EXPORT);
        }
        var file = folder.resolve(FILE_NAME);
        if (!Files.isRegularFile(file)) {
            filesOf(folder).forEach(SavedModelFile::refuseOtherFormat);
            throw FailureException.invalidInput(
                    folder + " is not a SavedModel: it has no " + FILE_NAME + ".", HOW_TO_EXPORT);
        }
        return file;
    }

    private static void refuseOtherFormat(Path file) {
        ModelFileFormat.of(file)
                .ifPresent(
                        format -> {
                            throw format.refusal(file);
                        });
    }

    private static List<Path> filesOf(Path folder) {
        try (var files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    private static FailureException unreadable(Path file, IOException e) {
        return new FailureException(
                Failure.Kind.INVALID_INPUT,
                file + " cannot be read: " + e.getMessage() + ".",
                "Check the file's permissions.",
                e);
    }

    private static SavedModel read(Path file) {
        try (var bytes = Files.newInputStream(file)) {
            var coded = CodedInputStream.newInstance(bytes);
            coded.setSizeLimit(Integer.MAX_VALUE);
            var model = SavedModel.parseFrom(coded);
            coded.checkLastTagWas(0);
            return model;
        } catch (InvalidProtocolBufferException e) {
            throw new FailureException(
                    Failure.Kind.INVALID_INPUT,
                    file + " is damaged or cut short: it does not parse as a SavedModel.",
                    "Export or copy the model again.",
                    e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }
}
