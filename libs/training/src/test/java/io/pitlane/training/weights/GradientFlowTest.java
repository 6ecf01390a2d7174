package io.pitlane.training.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.operation.Operation;
import io.pitlane.graph.operation.Operations;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.DataType;

class GradientFlowTest {

    static Stream<String> operationsWithoutSlope() {
        return Operations.all().stream()
                .filter(operation -> !operation.hasSlope())
                .map(Operation::name);
    }

    @ParameterizedTest
    @MethodSource("operationsWithoutSlope")
    void anOperationWithoutSlopeEndsTheGradientsAndIsNoObstacle(String op) {
        // Given
        var net = new TestNet(-1, 8, 8, 1);
        net.conv("conv", "x", 1, 4);
        net.put(NodeBuilder.of(op, "end").input("conv").type("T", DataType.DT_FLOAT));

        // When
        var reach = GradientFlow.of(net.graph("end"), List.of(TensorRef.of("end")));

        // Then
        assertThat(reach.nodes()).containsExactly("end");
        assertThat(reach.withoutGradient()).isEmpty();
    }
}
