package io.pitlane.prune.lowrank;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.pass.GroupedConvolutions;
import io.pitlane.graph.runtime.InputTensors;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.graph.runtime.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Times two ways to compute the same with one thread: the calls alternate, and the speed-up is the
 * ratio of the medians, so that other load on the machine slows down both.
 *
 * <p>A call computes the layer several times, one after the other, because the call itself costs as
 * much as a small layer.
 */
final class SpeedComparison {
    private static final int COPIES = 8;
    private static final int WARM_UP = 3;
    private static final int LEAST_ROUNDS = 31;
    private static final int MOST_ROUNDS = 201;
    private static final long NANOS = 400_000_000;

    private final String input;
    private final FloatTensor value;

    /**
     * @param input name of the tensor that the layer reads
     * @param value of this tensor, for one image
     */
    SpeedComparison(TensorRef input, FloatTensor value) {
        this.input = input.toString();
        this.value = value;
    }

    /** How many times as fast as a layer its factors are. */
    double ofFactors(FactorizableLayer layer, Factors factors) {
        return ofNodes(
                List.of(layer.constant(), layer.node()),
                FactorNodes.of(layer, factors, name -> name));
    }

    /**
     * How many times as fast the second way is.
     *
     * @param before nodes in topological order; the last one gives the output
     * @param after likewise
     */
    double ofNodes(List<NodeDef> before, List<NodeDef> after) {
        try (var first = new Timed(before);
                var second = new Timed(after)) {
            return ofCalls(first, second);
        }
    }

    /**
     * How many times as fast the second model is.
     *
     * @param image for both
     */
    static double ofModels(FlatGraph before, FlatGraph after, InputSpec input, FloatTensor image) {
        try (var first = new TimedModel(before, input, image);
                var second = new TimedModel(after, input, image)) {
            return ofCalls(first, second);
        }
    }

    private static double ofCalls(Runnable before, Runnable after) {
        for (int i = 0; i < WARM_UP; i++) {
            before.run();
            after.run();
        }
        var firsts = new ArrayList<Long>();
        var seconds = new ArrayList<Long>();
        long start = System.nanoTime();
        while (firsts.size() < LEAST_ROUNDS
                || firsts.size() < MOST_ROUNDS && System.nanoTime() - start < NANOS) {
            firsts.add(nanos(before));
            seconds.add(nanos(after));
        }
        return (double) median(firsts) / median(seconds);
    }

    private static long nanos(Runnable call) {
        long start = System.nanoTime();
        call.run();
        return System.nanoTime() - start;
    }

    private static long median(List<Long> nanos) {
        return nanos.stream().mapToLong(Long::longValue).sorted().toArray()[nanos.size() / 2];
    }

    /** A call of a model. */
    private static final class TimedModel implements Runnable, AutoCloseable {
        private final FlatGraph flat;
        private final Graph graph = new Graph();
        private final Session session;
        private final InputTensors tensors;

        TimedModel(FlatGraph flat, InputSpec input, FloatTensor image) {
            this.flat = flat;
            this.tensors = InputTensors.of(ModelInputs.of(flat.signature(), input), image);
            graph.importGraphDef(GroupedConvolutions.unfused(flat).toGraphDef());
            this.session = new Session(graph, TensorFlowRuntime.sessionConfig(1));
        }

        @Override
        public void run() {
            var runner = session.runner();
            tensors.into(runner);
            flat.signature().outputs().forEach(port -> runner.fetch(port.tensor().withIndex()));
            runner.run().close();
        }

        @Override
        public void close() {
            session.close();
            graph.close();
            tensors.close();
        }
    }

    /** Copies of some nodes, each with an input of its own: equal nodes would be computed once. */
    private final class Timed implements Runnable, AutoCloseable {
        private final Graph graph = new Graph();
        private final Session session;
        private final Tensor tensor = Tensors.toNative(value);
        private final String last;

        Timed(List<NodeDef> nodes) {
            this.last = nodes.get(nodes.size() - 1).getName();
            graph.importGraphDef(copies(nodes));
            this.session = new Session(graph, TensorFlowRuntime.sessionConfig(1));
        }

        private GraphDef copies(List<NodeDef> nodes) {
            var constants =
                    nodes.stream()
                            .filter(node -> node.getOp().equals("Const"))
                            .collect(Collectors.toMap(NodeDef::getName, node -> node));
            var def = GraphDef.newBuilder().addAllNode(constants.values());
            for (int copy = 0; copy < COPIES; copy++) {
                def.addNode(
                        NodeBuilder.of("Placeholder", "input" + copy)
                                .type("dtype", DataType.DT_FLOAT)
                                .shape("shape", value.shape())
                                .build());
                for (var node : nodes) {
                    if (!constants.containsKey(node.getName())) {
                        def.addNode(copy(node, copy, constants.keySet()));
                    }
                }
            }
            return def.build();
        }

        private NodeDef copy(NodeDef node, int copy, Set<String> shared) {
            var prefix = "copy" + copy + "/";
            var renamed = node.toBuilder().setName(prefix + node.getName());
            for (int slot = 0; slot < node.getInputCount(); slot++) {
                var from = node.getInput(slot);
                if (from.equals(input)) {
                    renamed.setInput(slot, "input" + copy);
                } else if (!shared.contains(from)) {
                    renamed.setInput(slot, prefix + from);
                }
            }
            if (copy > 0) {
                renamed.addInput("^copy" + (copy - 1) + "/" + last);
            }
            return renamed.build();
        }

        @Override
        public void run() {
            var runner = session.runner();
            for (int copy = 0; copy < COPIES; copy++) {
                runner.feed("input" + copy, tensor);
            }
            runner.fetch("copy" + (COPIES - 1) + "/" + last);
            runner.run().close();
        }

        @Override
        public void close() {
            session.close();
            graph.close();
            tensor.close();
        }
    }
}
