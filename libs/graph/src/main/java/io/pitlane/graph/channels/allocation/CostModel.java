package io.pitlane.graph.channels.allocation;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.dependency.Channels;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a model costs, as a sum over parts of it. The cost of a part depends on how many channels
 * are left along some axes, so that the cost after any cut follows without cutting.
 */
@FunctionalInterface
public interface CostModel {

    /**
     * The parts of a model.
     *
     * @param graph the model
     * @param dependencies of its channels
     */
    List<Part> parts(FlatGraph graph, DependencyGraph dependencies);

    /**
     * One part.
     *
     * @param name of the layer or weight
     * @param axes the channels along the axes that its cost depends on; none for a fixed cost
     * @param cost of the part, by the number of positions left along each of the axes
     */
    record Part(String name, List<Channels> axes, ToDoubleFunction<int[]> cost) {
        public Part {
            axes = List.copyOf(axes);
        }

        /** The cost with every channel. */
        public double uncut() {
            return cost.applyAsDouble(axes.stream().mapToInt(Channels::length).toArray());
        }

        /** A part whose cost is proportional to the size of each of its axes. */
        public static Part product(String name, List<Channels> axes, double uncut) {
            double positions =
                    axes.stream().mapToDouble(Channels::length).reduce(1, (a, b) -> a * b);
            double each = uncut / Math.max(1, positions);
            return new Part(
                    name,
                    axes,
                    left -> {
                        double cost = each;
                        for (int size : left) {
                            cost *= size;
                        }
                        return cost;
                    });
        }
    }
}
