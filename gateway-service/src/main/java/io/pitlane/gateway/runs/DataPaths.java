package io.pitlane.gateway.runs;

import io.pitlane.contract.DataSource;
import io.pitlane.contract.DataSpec;
import io.pitlane.contract.Problems;
import java.util.Arrays;
import java.util.regex.Pattern;

/** Refuses data paths that lead out of the data artifact: they name files on a stage's machine. */
final class DataPaths {
    private static final Pattern ABSOLUTE =
            Pattern.compile("^([/\\\\]|[A-Za-z]:).*", Pattern.DOTALL);
    private static final Pattern SEPARATOR = Pattern.compile("[/\\\\]");

    private DataPaths() {}

    static void check(DataSpec data, Problems problems) {
        check(data.train(), problems.at("data").at("train"));
        check(data.test(), problems.at("data").at("test"));
    }

    private static void check(DataSource source, Problems problems) {
        if (source instanceof DataSource.Idx idx) {
            check(idx.images(), "images", problems);
            check(idx.labels(), "labels", problems);
        } else if (source instanceof DataSource.Folder folder) {
            check(folder.folder(), "folder", problems);
        } else if (source instanceof DataSource.Cifar10 cifar10) {
            check(cifar10.cifar10(), "cifar10", problems);
        }
    }

    private static void check(String path, String field, Problems problems) {
        if (path != null) {
            problems.require(
                    staysInside(path),
                    field,
                    "must be a path inside the data artifact, relative and without '..', but is '"
                            + path
                            + "'");
        }
    }

    private static boolean staysInside(String path) {
        return !path.isBlank()
                && path.indexOf('\0') < 0
                && !ABSOLUTE.matcher(path).matches()
                && Arrays.stream(SEPARATOR.split(path)).noneMatch(".."::equals);
    }
}
