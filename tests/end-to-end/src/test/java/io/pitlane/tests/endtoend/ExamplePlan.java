package io.pitlane.tests.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A plan on the bundled example. */
final class ExamplePlan {
    private static final Path EXAMPLES =
            Path.of(System.getProperty("pitlane.root")).resolve("examples").toAbsolutePath();

    private static final String BENCH = "bench: {batchSizes: [1, 8], seconds: 0.1}";

    /** Takes seconds, not minutes. */
    static final ExamplePlan QUICK =
            new ExamplePlan(
                    "prune: {ratio: 0.5, fineTune: {epochs: 1}}",
                    "quantize: {calibration: {samples: 64}}");

    private final List<String> steps;

    /** These steps, then a short bench. */
    ExamplePlan(String... steps) {
        this.steps = List.of(steps);
    }

    /** Writes the plan, with more lines at its end. */
    Path write(Path folder, String... more) throws IOException {
        var lines = new ArrayList<String>();
        for (var line : Files.readAllLines(EXAMPLES.resolve("demo.yaml"))) {
            if (line.matches("(steps|constraints|seed):.*")) {
                break;
            }
            lines.add(line.replace("fashion-mnist/", EXAMPLES.resolve("fashion-mnist") + "/"));
        }
        lines.add("steps:");
        steps.forEach(step -> lines.add("  - " + step));
        lines.add("  - " + BENCH);
        lines.add("constraints: {maxAccuracyDrop: 0.2}");
        lines.addAll(List.of(more));
        return Files.write(folder.resolve("plan.yaml"), lines);
    }
}
