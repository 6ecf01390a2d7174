package io.pitlane.pipeline.testing;

import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;

/**
 * Plans for {@link TestStage}. It does what their names say, which the keys of the step cache do
 * not depend on: the steps of a plan are done every time, unless a test wants them cached.
 */
public final class Plans {
    private Plans() {}

    /** Two prunings and bench. */
    public static Plan named(String name) {
        return named(name, "model");
    }

    /** The same with a model path. */
    public static Plan named(String name, String model) {
        return plan(name, model, 0.25).toBuilder().cache(false).build();
    }

    /**
     * The same with the step cache.
     *
     * @param second ratio of the second pruning
     * @param seed of no other test: its results would be found
     */
    public static Plan cached(String name, double second, long seed) {
        return plan(name, "model", second).toBuilder().seed(seed).build();
    }

    private static Plan plan(String name, String model, double second) {
        return PlanReader.read(
                """
                name: %s
                model: %s
                data:
                  train: {images: images.gz, labels: labels.gz}
                  test: {images: images.gz, labels: labels.gz}
                steps:
                  - prune: {ratio: 0.5}
                  - prune: {ratio: %s}
                  - bench: {threads: 3}
                """
                        .formatted(name, model, second));
    }
}
