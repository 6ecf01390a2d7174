package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.analysis.FetchMemory;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.quantization.Calibration.Method;
import io.pitlane.contract.quantization.Calibration.RangeMethod;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.data.MemoryBudget;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.TensorRef;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FetchMemoryTest {
    private static final long MIB = 1 << 20;

    @Test
    void theImagesAtOnceFitIntoTheHeapAndOutsideIt() {
        // Given: of 512 x 512 images with 8 channels a tensor takes 8 MiB
        var graph = SampleGraphs.unet(512);

        // When
        int plenty = memory(graph, 512, new MemoryBudget(4096 * MIB, 2048 * MIB)).batch(4);
        int smallHeap = memory(graph, 512, new MemoryBudget(512 * MIB, 2048 * MIB)).batch(4);
        int smallNative = memory(graph, 512, new MemoryBudget(4096 * MIB, 10 * MIB)).batch(4);

        // Then: an eighth of 512 MiB holds two tensors of 16 channels twice, as the largest is
        assertThat(plenty).isEqualTo(4);
        assertThat(smallHeap).isEqualTo(2);
        assertThat(smallNative).isEqualTo(1);
    }

    @Test
    void tensorsThatDoNotFitTogetherAreFetchedByRunsOfTheirOwn() {
        // Given: 8 MiB for an image of 512 x 512 x 8
        var tensors = Stream.of("r1", "b1", "c1", "r2").map(TensorRef::of).toList();
        var memory = memory(SampleGraphs.unet(512), 512, new MemoryBudget(4096 * MIB, 34 * MIB));

        // When
        var groups = memory.groups(tensors, 1);

        // Then: half of the native memory holds two tensors
        assertThat(groups).containsExactly(tensors.subList(0, 2), tensors.subList(2, 4));
        assertThat(memory.groups(tensors, 4)).hasSize(4);
    }

    @Test
    void theRangesAreTheSameHoweverManyRunsTheyTake() {
        // Given
        var graph = SampleGraphs.unet(16);
        var images = Int8Fixture.unsigned(4, 16, 16, 3);
        var tensors = Stream.of("x", "r1", "b1", "r2", "r3", "r5").map(TensorRef::of).toList();
        var known = tensors.stream().filter(t -> graph.find(t.node()).isPresent()).toList();

        // When
        var together = ranges(graph, known, images, new MemoryBudget(4096 * MIB, 2048 * MIB));
        var apart = ranges(graph, known, images, new MemoryBudget(4096 * MIB, 1));

        // Then
        assertThat(known).hasSizeGreaterThan(4);
        for (int i = 0; i < known.size(); i++) {
            float step = together.get(i).magnitude() * 1e-5f;
            assertThat(apart.get(i).min()).isCloseTo(together.get(i).min(), within(step));
            assertThat(apart.get(i).max()).isCloseTo(together.get(i).max(), within(step));
        }
    }

    private static List<Range> ranges(
            FlatGraph graph, List<TensorRef> tensors, FloatTensor images, MemoryBudget budget) {
        var methods = new HashMap<TensorRef, RangeMethod>();
        tensors.forEach(tensor -> methods.put(tensor, new RangeMethod(Method.MIN_MAX, null)));
        var calibrator =
                new Calibrator(
                        graph,
                        InputSpec.DEFAULT,
                        new ActivationQuantization(QuantizeStep.DEFAULT),
                        budget);
        var ranges = calibrator.ranges(methods, List.of(images));
        return tensors.stream().map(ranges::get).toList();
    }

    private static FetchMemory memory(FlatGraph graph, int size, MemoryBudget budget) {
        var port = graph.signature().inputs().get(0);
        return FetchMemory.of(graph, port, new long[] {1, size, size, 3}, budget);
    }
}
