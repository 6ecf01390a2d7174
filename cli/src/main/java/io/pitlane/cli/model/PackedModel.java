package io.pitlane.cli.model;

import io.pitlane.contract.artifact.ModelFileFormat;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.validation.LocalPath;
import io.pitlane.formats.onnx.reading.OnnxModel;
import io.pitlane.formats.packed.PackedModelReader;
import io.pitlane.graph.savedmodel.FrozenGraph;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.artifact.ArchiveLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Makes folders of models in files: unpacks a tar.gz or a packed model, converts a frozen graph or
 * ONNX model.
 */
public final class PackedModel {
    private static final String MAX_UNPACKED = "PITLANE_ARTIFACT_MAX_UNPACKED";

    /** As that of {@code pitlane.artifact.max-unpacked}. */
    private static final String DEFAULT_MAX_UNPACKED = "8G";

    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})([KMGkmg]?)");
    private static final List<String> UNITS = List.of("K", "M", "G");
    private static final int BITS_OF_A_UNIT = 10;

    private PackedModel() {}

    /**
     * The folder of a model: {@code model} itself, what a tar.gz or a packed model unpacks to, or
     * the SavedModel that a frozen graph or an ONNX model is written as.
     *
     * @param temp where a packed model is unpacked
     * @throws FailureException INVALID_INPUT when it is a file of another kind, the ports of a
     *     frozen graph are not clear, or nodes of an ONNX model are not supported
     */
    public static Path unpackedFolder(Path model, ImportOptions options, TempFolder temp) {
        requireLocal(model);
        if (!Files.isRegularFile(model)) {
            return model;
        }
        var name =
                model.getFileName()
                        .toString()
                        .replaceFirst("\\.(tar\\.gz|tgz|pb|onnx|pitlane)$", "");
        var folder = temp.newFolder("unpacked").resolve(name);
        var format = ModelFileFormat.of(model).orElse(null);
        if (format == ModelFileFormat.FROZEN_GRAPH) {
            FrozenGraph.toSavedModel(model, options.ports(), folder);
            return folder;
        }
        if (format == ModelFileFormat.ONNX) {
            OnnxModel.read(model, options.layout()).write(folder);
            return folder;
        }
        if (format == ModelFileFormat.PACKED) {
            SavedModelWriter.write(PackedModelReader.read(model, mostBytes()), folder);
            return folder;
        }
        unpack(model, folder);
        return rootOf(folder);
    }

    /**
     * Checks that a model is on this machine.
     *
     * @throws FailureException when it is a URL
     */
    static void requireLocal(Path model) {
        if (LocalPath.isUrl(model.toString())) {
            throw FailureException.invalidInput(
                    model.toString().replaceFirst(":/", "://") + " is a URL, not a path",
                    "The model is read from this machine: "
                            + LocalPath.advice(model.toString())
                            + ".");
        }
    }

    /**
     * The folder itself, or its only subfolder: an archive may contain the folder or its content.
     */
    private static Path rootOf(Path folder) {
        try (var entries = Files.list(folder)) {
            var found = entries.toList();
            var single = found.size() == 1 && Files.isDirectory(found.get(0));
            return single ? found.get(0) : folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Unpacks a model.
     *
     * @throws FailureException when it is no tar.gz, too large, or unsafe to unpack
     */
    static void unpack(Path packed, Path folder) {
        unpack(packed, folder, System.getenv());
    }

    /**
     * Unpacks a model.
     *
     * @param environment may set the limit, as it does for the services of a local stack
     */
    static void unpack(Path packed, Path folder, Map<String, String> environment) {
        Archive.unpack(packed, folder, ArchiveLimits.model(mostBytes(environment)));
    }

    /** The largest model that is unpacked. */
    static long mostBytes() {
        return mostBytes(System.getenv());
    }

    private static long mostBytes(Map<String, String> environment) {
        return bytes(environment.getOrDefault(MAX_UNPACKED, DEFAULT_MAX_UNPACKED));
    }

    /** As Quarkus reads sizes. */
    private static long bytes(String size) {
        var matcher = SIZE.matcher(size.strip());
        if (!matcher.matches()) {
            throw FailureException.invalidInput(
                    MAX_UNPACKED + " is '" + size + "', which is no size",
                    "Write a number of bytes, or one with K, M or G, such as 8G.");
        }
        int power = UNITS.indexOf(matcher.group(2).toUpperCase(Locale.ROOT)) + 1;
        int shift = power * BITS_OF_A_UNIT;
        return Math.min(Long.parseLong(matcher.group(1)), Long.MAX_VALUE >> shift) << shift;
    }
}
