package io.pitlane.cli.plan;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.step.Step;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * A plan whose paths of data and models are those inside the data artifact.
 *
 * @param plan the plan with the rewritten paths
 * @param data content of the data artifact: name inside the artifact to file or folder on this
 *     machine
 */
public record PackedPlan(Plan plan, Map<String, Path> data) {

    /** Rewrites the paths of a plan; shared files and folders are packed once. */
    public static PackedPlan of(PlanFile file) {
        var content = new TreeMap<String, Path>();
        var plan = file.plan();
        var data =
                new DataSpec(
                        packed(plan.data().train(), "train", file.folder(), content),
                        packed(plan.data().test(), "test", file.folder(), content));
        var steps =
                plan.steps().stream().map(step -> packed(step, file.folder(), content)).toList();
        return new PackedPlan(plan.withData(data).withSteps(steps), content);
    }

    private static Step packed(Step step, Path folder, Map<String, Path> content) {
        return step.mapModels(path -> packed(folder.resolve(path).normalize(), "models", content));
    }

    private static DataSource packed(
            DataSource source, String part, Path folder, Map<String, Path> content) {
        return source.mapPaths(path -> packed(folder.resolve(path).normalize(), part, content));
    }

    private static String packed(Path file, String part, Map<String, Path> content) {
        for (var known : content.entrySet()) {
            if (known.getValue().equals(file)) {
                return known.getKey();
            }
        }
        var name = part + "/" + file.getFileName();
        for (int i = 2; content.containsKey(name); i++) {
            name = part + "/" + i + "-" + file.getFileName();
        }
        content.put(name, file);
        return name;
    }
}
