package io.pitlane.data.folder;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The image files below a folder. */
record ImageFolder(Path root) {
    private static final List<String> EXTENSIONS =
            List.of(".png", ".jpg", ".jpeg", ".ppm", ".pgm", ".bmp", ".gif");

    ImageFolder {
        if (!Files.isDirectory(root)) {
            throw invalidInput(
                    "There is no folder " + root + ".", "Check the path under data in the plan.");
        }
    }

    /** Sub-folders sorted by name, numeric names by number. */
    List<Path> subFolders() {
        return list(path -> Files.isDirectory(path) && !isHidden(path));
    }

    /** Images in the folder itself, sorted like sub-folders. */
    List<Path> images() {
        return list(ImageFolder::isImage);
    }

    /** Images in the folder and all sub-folders, by relative path without extension. */
    Map<String, Path> imagesByName() {
        var found = new TreeMap<String, Path>();
        try (var files = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
            for (var file : (Iterable<Path>) files.filter(ImageFolder::isImage)::iterator) {
                var name = withoutExtension(root.relativize(file).toString().replace('\\', '/'));
                var other = found.put(name, file);
                if (other != null) {
                    throw invalidInput(
                            "Two images are called %s: %s and %s.".formatted(name, other, file),
                            "Keep one of them.");
                }
            }
        } catch (IOException e) {
            throw invalidInput(
                            "The folder %s cannot be read (%s).".formatted(root, e.getMessage()),
                            "Check who may read it.")
                    .causedBy(e);
        }
        return found;
    }

    /** The images named in a list, in its order; all images if the list is null. */
    Map<String, Path> chosen(Path list) {
        var all = imagesByName();
        if (list == null) {
            return all;
        }
        var chosen = new LinkedHashMap<String, Path>();
        for (var line : lines(list)) {
            var name = all.containsKey(line) ? line : withoutExtension(line);
            var file = all.get(name);
            if (file == null) {
                throw invalidInput(
                        "%s names %s, but there is no such image in %s."
                                .formatted(list, line, root),
                        "Correct the list or add the image.");
            }
            chosen.put(name, file);
        }
        return chosen;
    }

    private static List<String> lines(Path list) {
        try {
            return Files.readAllLines(list).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw invalidInput(
                            "The list %s cannot be read (%s).".formatted(list, e.getMessage()),
                            "Name a text file with the name of an image a line.")
                    .causedBy(e);
        }
    }

    /**
     * The file of an image named in an annotation.
     *
     * @param where the annotation, for the error
     */
    Path file(String name, String where) {
        try {
            var file = root.resolve(name).normalize();
            if (!file.startsWith(root.normalize())) {
                throw invalidInput(
                        "%s names %s, which lies outside of %s.".formatted(where, name, root),
                        "Name images by their path inside the folder.");
            }
            if (Files.isRegularFile(file)) {
                return file;
            }
        } catch (InvalidPathException e) {
            // Reported below.
        }
        throw invalidInput(
                "%s names %s, but there is no such file in %s.".formatted(where, name, root),
                "Name images by their path inside the folder, with ending.");
    }

    private List<Path> list(Predicate<Path> wanted) {
        try (var entries = Files.list(root)) {
            var found = new ArrayList<>(entries.filter(wanted).toList());
            boolean numeric = found.stream().allMatch(path -> name(path).matches("\\d{1,18}"));
            found.sort(
                    numeric
                            ? Comparator.comparingLong(path -> Long.parseLong(name(path)))
                            : Comparator.comparing(ImageFolder::name));
            return found;
        } catch (IOException e) {
            throw invalidInput(
                            "The folder %s cannot be read (%s).".formatted(root, e.getMessage()),
                            "Check who may read it.")
                    .causedBy(e);
        }
    }

    private static String withoutExtension(String name) {
        int dot = name.lastIndexOf('.');
        return dot > name.lastIndexOf('/') + 1 ? name.substring(0, dot) : name;
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    private static boolean isImage(Path file) {
        var name = name(file).toLowerCase(Locale.ROOT);
        return EXTENSIONS.stream().anyMatch(name::endsWith)
                && Files.isRegularFile(file)
                && !isHidden(file);
    }

    // File managers and notebooks leave hidden files.
    private static boolean isHidden(Path path) {
        return name(path).startsWith(".");
    }
}
