package io.pitlane.analysis.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.plan.Plan;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ImageWeightsTest {

    @BeforeAll
    static void loadTensorFlow() {
        TensorFlowRuntime.load();
    }

    @Test
    void anImageOfWhichTheModelIsUnsureWeighsMore() {
        // Given a softmax over two inputs, in two batches: even, 3 to 1, certain, certain
        float log = (float) Math.log(3);
        var model = softmax();

        // When
        var weights =
                weights(
                        model,
                        Task.CLASSIFICATION,
                        new FloatTensor(new float[] {1, 1, log, 0}, 2, 2),
                        new FloatTensor(new float[] {99, 0, 0, 99}, 2, 2));

        // Then: impurities of 0.5, 0.375, 0 and 0, on average 0.21875
        assertThat(weights.of(0)).isCloseTo(1 + 3 * 0.5f / 0.21875f, within(1e-4f));
        assertThat(weights.of(1)).isCloseTo(1 + 3 * 0.375f / 0.21875f, within(1e-4f));
        assertThat(weights.of(2)).isEqualTo(1);
        assertThat(weights.of(3)).isEqualTo(1);
    }

    @Test
    void allWeighTheSameWhereTheModelIsSureOfEachOrPredictsNoClasses() {
        // Given
        var sure = new FloatTensor(new float[] {99, 0, 0, 99}, 2, 2);
        var unsure = new FloatTensor(new float[] {99, 0, 1, 0}, 2, 2);

        // When
        var ofSure = weights(softmax(), Task.CLASSIFICATION, sure);
        var ofValues = weights(softmax(), Task.REGRESSION, unsure);

        // Then
        assertThat(ofSure.of(1)).isEqualTo(ofSure.of(0));
        assertThat(ofValues.of(1)).isEqualTo(ofValues.of(0));
    }

    @Test
    void oneUnsureImageOfManyDoesNotDecideAlone() {
        // Given
        var impurities = new double[1000];
        impurities[3] = 0.5;

        // When
        var weights = ImageWeights.ofImpurities(impurities);

        // Then
        assertThat(weights.of(3)).isEqualTo(60);
        assertThat(weights.of(4)).isEqualTo(1);
    }

    private static FlatGraph softmax() {
        var net = new TestNet(-1, 2);
        return net.graph(net.op("Softmax", "classes", "x"));
    }

    private static ImageWeights weights(FlatGraph model, Task task, FloatTensor... batches) {
        var plan = Plan.builder().task(task).build();
        return ImageWeights.of(model, plan, List.of(batches));
    }
}
