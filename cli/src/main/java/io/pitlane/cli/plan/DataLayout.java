package io.pitlane.cli.plan;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.NpzSource;
import io.pitlane.contract.data.TfRecordSource;
import io.pitlane.contract.failure.FailureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds training and test data in a folder by the names of its files: {@code train} and {@code
 * test} (or {@code val}, {@code valid}, {@code t10k}) in idx files with {@code images} and {@code
 * labels} in their names, in .npz and TFRecord files, or as sub-folders of images.
 */
final class DataLayout {
    private static final List<String> TRAIN = List.of("train");
    private static final List<String> TEST = List.of("test", "t10k", "val", "valid", "validation");

    private final Path folder;
    private final List<Path> entries;

    private DataLayout(Path folder, List<Path> entries) {
        this.folder = folder;
        this.entries = entries;
    }

    /**
     * The data in a folder, with absolute paths.
     *
     * @throws FailureException INVALID_INPUT when it holds no data of such names
     */
    static DataSpec find(Path folder) {
        var absolute = folder.toAbsolutePath().normalize();
        var layout = new DataLayout(absolute, list(absolute));
        return new DataSpec(layout.part("training", TRAIN), layout.part("test", TEST));
    }

    private static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw FailureException.invalidInput(
                    "there is no folder " + folder, "Check the path after --data.");
        }
        try (var entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DataSource part(String role, List<String> names) {
        return names.stream()
                .flatMap(name -> Stream.of(idx(name), npz(name), tfrecord(name), images(name)))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(
                        () ->
                                FailureException.invalidInput(
                                        "%s has no %s data: nothing in it is named %s"
                                                .formatted(folder, role, String.join(", ", names)),
                                        "Name idx, .npz or TFRecord files so, or sub-folders of"
                                                + " images; or leave out --data, and fill in data in"
                                                + " the plan."));
    }

    private DataSource idx(String name) {
        var images = file(name, file -> file.contains("images"));
        var labels = file(name, file -> file.contains("labels"));
        return images == null ? null : new DataSource.Idx(images, labels);
    }

    private DataSource npz(String name) {
        var file = file(name, other -> other.endsWith(".npz"));
        return file == null ? null : new NpzSource(file, null);
    }

    private DataSource tfrecord(String name) {
        var files = files(name, file -> file.contains("tfrecord")).map(Path::toString).toList();
        return files.isEmpty() ? null : new TfRecordSource(files, null, null, null);
    }

    private DataSource images(String name) {
        return entries.stream()
                .filter(Files::isDirectory)
                .filter(entry -> fileName(entry).equals(name))
                .map(entry -> new DataSource.Folder(entry.toString()))
                .findFirst()
                .orElse(null);
    }

    private String file(String name, Predicate<String> kind) {
        return files(name, kind).map(Path::toString).findFirst().orElse(null);
    }

    private Stream<Path> files(String name, Predicate<String> kind) {
        return entries.stream()
                .filter(Files::isRegularFile)
                .filter(entry -> fileName(entry).contains(name) && kind.test(fileName(entry)));
    }

    private static String fileName(Path entry) {
        return entry.getFileName().toString().toLowerCase(Locale.ROOT);
    }
}
