package io.pitlane.tests.techniques.benchmark;

import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import java.nio.file.Path;

/** Plans with the demo's images, resized to what a network of the benchmarks takes. */
public final class FashionPlan {
    private static final Path FOLDER =
            Path.of(System.getProperty("pitlane.root"))
                    .resolve("examples/fashion-mnist")
                    .toAbsolutePath();

    private FashionPlan() {}

    /**
     * A plan of one step for the SavedModel {@code model}.
     *
     * @param side height and width of the images
     * @param step as a plan writes it: {@code prune: {ratio: 0.5}}
     */
    public static Plan of(int side, String step) {
        return PlanReader.read(
                """
                name: benchmark
                model: model
                data:
                  train:
                    images: %1$s/train-images-idx3-ubyte.gz
                    labels: %1$s/train-labels-idx1-ubyte.gz
                  test:
                    images: %1$s/test-images-idx3-ubyte.gz
                    labels: %1$s/test-labels-idx1-ubyte.gz
                input: {channels: grey, resize: [%2$d, %2$d], scale: 0.00392156862745098}
                seed: 1
                steps:
                  - %3$s
                """
                        .formatted(FOLDER, side, step));
    }
}
