package io.pitlane.cli.work;

import io.pitlane.contract.DataSource;
import io.pitlane.contract.DataSpec;
import io.pitlane.contract.Plan;
import io.pitlane.contract.Step;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * A plan made ready to travel: its paths of data and models are those inside the data artifact.
 *
 * @param plan the plan
 * @param data what to pack: name inside the artifact to file or folder on this machine
 */
record TravellingPlan(Plan plan, Map<String, Path> data) {

    static TravellingPlan of(PlanFile written) {
        var packing = new TreeMap<String, Path>();
        var plan = written.plan();
        var data =
                new DataSpec(
                        packed(plan.data().train(), "train", written.folder(), packing),
                        packed(plan.data().test(), "test", written.folder(), packing));
        var steps =
                plan.steps().stream().map(step -> packed(step, written.folder(), packing)).toList();
        return new TravellingPlan(plan.withData(data).withSteps(steps), packing);
    }

    private static Step packed(Step step, Path folder, Map<String, Path> packing) {
        return step.mapModels(path -> packed(folder.resolve(path).normalize(), "models", packing));
    }

    private static DataSource packed(
            DataSource source, String part, Path folder, Map<String, Path> packing) {
        return source.mapPaths(
                path -> {
                    var file = folder.resolve(path).normalize();
                    return packed(file, part, packing);
                });
    }

    private static String packed(Path file, String part, Map<String, Path> packing) {
        // What training and test share travels once.
        for (var known : packing.entrySet()) {
            if (known.getValue().equals(file)) {
                return known.getKey();
            }
        }
        var name = part + "/" + file.getFileName();
        for (int i = 2; packing.containsKey(name); i++) {
            name = part + "/" + i + "-" + file.getFileName();
        }
        packing.put(name, file);
        return name;
    }
}
