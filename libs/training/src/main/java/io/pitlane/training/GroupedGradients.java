package io.pitlane.training;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.pass.GroupedConvolutions;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Makes grouped convolutions differentiable: oneDNN has a kernel for their gradient, TensorFlow's
 * own CPU kernels do not.
 */
final class GroupedGradients {
    private GroupedGradients() {}

    /**
     * The same network, with grouped convolutions split into single ones if this process has no
     * such kernel.
     */
    static FlatGraph differentiable(FlatGraph graph) {
        return Probe.AVAILABLE
                ? GroupedConvolutions.unfused(graph)
                : GroupedConvolutions.split(graph);
    }

    private static final class Probe {
        static final boolean AVAILABLE = succeeds();

        private static boolean succeeds() {
            var config = TensorFlowRuntime.sessionConfig();
            try (var graph = new Graph()) {
                var tf = Ops.create(graph);
                var image = tf.constant(new float[1][2][2][2]);
                var upstream = tf.constant(new float[1][2][2][2]);
                var gradient =
                        tf.nn.conv2dBackpropFilter(
                                image,
                                tf.constant(new int[] {1, 1, 1, 2}),
                                upstream,
                                List.of(1L, 1L, 1L, 1L),
                                "SAME");
                try (var session = new Session(graph, config);
                        var result = session.runner().fetch(gradient).run()) {
                    return ((TFloat32) result.get(0)).size() > 0;
                }
            } catch (TensorFlowException | IllegalArgumentException e) {
                return false;
            }
        }
    }
}
