package io.pitlane.contract.plan;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.step.Step;
import io.pitlane.contract.validation.Problems;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Checks that paths of data and models stay inside the data artifact. Any other path would give
 * access to files of the machine that a stage runs on.
 */
public final class DataPaths {
    private static final Pattern ABSOLUTE =
            Pattern.compile("^([/\\\\]|[A-Za-z]:).*", Pattern.DOTALL);
    private static final Pattern SEPARATOR = Pattern.compile("[/\\\\]");

    private DataPaths() {}

    /** Adds every path of a plan that leads out of the data artifact. */
    public static void check(Plan plan, Problems problems) {
        check(plan.data(), problems);
        check(plan.steps(), problems);
    }

    static void check(DataSpec data, Problems problems) {
        check(data.train(), problems.at("data").at("train"));
        check(data.test(), problems.at("data").at("test"));
    }

    static void check(List<Step> steps, Problems problems) {
        for (int i = 0; i < steps.size(); i++) {
            var at = problems.at("steps").at(i).at(steps.get(i).stage().label());
            steps.get(i).models().forEach((field, path) -> check(path, field, at));
        }
    }

    private static void check(DataSource source, Problems problems) {
        source.paths().forEach((field, path) -> check(path, field, problems));
    }

    private static void check(String path, String field, Problems problems) {
        problems.require(
                staysInside(path),
                field,
                "must be a path inside the data artifact, relative and without '..', but is '"
                        + path
                        + "'");
    }

    private static boolean staysInside(String path) {
        return !path.isBlank()
                && path.indexOf('\0') < 0
                && !ABSOLUTE.matcher(path).matches()
                && Arrays.stream(SEPARATOR.split(path)).noneMatch(".."::equals);
    }
}
