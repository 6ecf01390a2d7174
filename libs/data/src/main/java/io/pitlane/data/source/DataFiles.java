package io.pitlane.data.source;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.failure.FailureException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Resolves paths and patterns of a plan to files. */
public final class DataFiles {
    private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");

    private DataFiles() {}

    /**
     * The files that match a pattern, sorted by name; only the last name of a path can be a pattern
     * ({@code *}, {@code ?}, {@code [...]}, {@code {a,b}}).
     *
     * @param root folder that the path is relative to
     * @return paths relative to the root; the path itself if it is not a pattern, or a file of that
     *     name exists
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when a pattern matches no
     *     file
     */
    public static List<String> matching(Path root, String path) {
        int slash = path.lastIndexOf('/');
        var folder = path.substring(0, slash + 1);
        var name = path.substring(slash + 1);
        try {
            if (!WILDCARD.matcher(name).find() || Files.exists(root.resolve(path))) {
                return List.of(path);
            }
            var found = matching(root.resolve(folder), folder, name);
            if (!found.isEmpty()) {
                return found;
            }
        } catch (InvalidPathException | PatternSyntaxException e) {
            throw invalidInput(
                            "'%s' is neither a path nor a pattern (%s)."
                                    .formatted(path, e.getMessage()),
                            "Correct it under data in the plan.")
                    .causedBy(e);
        } catch (IOException e) {
            throw noFile(root.resolve(folder) + " cannot be read").causedBy(e);
        }
        throw noFile("no file's name fits " + name + " in " + root.resolve(folder));
    }

    private static List<String> matching(Path folder, String prefix, String pattern)
            throws IOException {
        var matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        try (var entries = Files.list(folder)) {
            return entries.filter(Files::isRegularFile)
                    .map(Path::getFileName)
                    .filter(matcher::matches)
                    .map(name -> prefix + name)
                    .sorted()
                    .toList();
        }
    }

    private static FailureException noFile(String why) {
        return invalidInput("There are no such files: " + why + ".", "Check data in the plan.");
    }
}
