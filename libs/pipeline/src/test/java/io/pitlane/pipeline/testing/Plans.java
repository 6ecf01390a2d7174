package io.pitlane.pipeline.testing;

import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;

/** Plans for {@link TestStage}. */
public final class Plans {
    private Plans() {}

    /** Two prunings and bench. */
    public static Plan named(String name) {
        return named(name, "model");
    }

    /** The same with a model path. */
    public static Plan named(String name, String model) {
        return PlanReader.read(
                """
                name: %s
                model: %s
                data:
                  train: {images: images.gz, labels: labels.gz}
                  test: {images: images.gz, labels: labels.gz}
                steps:
                  - prune: {ratio: 0.5}
                  - prune: {ratio: 0.25}
                  - bench: {threads: 3}
                """
                        .formatted(name, model));
    }
}
