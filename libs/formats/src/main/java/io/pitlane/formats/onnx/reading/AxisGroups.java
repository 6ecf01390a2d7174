package io.pitlane.formats.onnx.reading;

import io.pitlane.formats.onnx.AxisOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A reshape as groups of axes: each group of axes of the input becomes a group of axes of the
 * result with as many values. Where no group mixes channels and space, images stay channels last.
 *
 * @param shape the result's shape in ONNX's order, -1 for a batch that is not known
 * @param groups the groups, in ONNX's order
 */
record AxisGroups(long[] shape, List<Group> groups) {

    /**
     * One group.
     *
     * @param from axes of the input; those of size 1 are left out
     * @param to axes of the result
     */
    private record Group(List<Integer> from, List<Integer> to) {}

    /**
     * The groups of a reshape.
     *
     * @param from shape of the input
     * @param to shape of the result; -1 only for a first axis that is that of the input
     * @return empty where a size is not known
     */
    static Optional<AxisGroups> of(long[] from, long[] to) {
        var groups = new ArrayList<Group>();
        int i = 0;
        int j = 0;
        if (from.length > 0 && to.length > 0 && from[0] == to[0]) {
            groups.add(new Group(List.of(i++), List.of(j++)));
        }
        while (i < from.length || j < to.length) {
            var group = new Group(new ArrayList<>(), new ArrayList<>());
            long left = 1;
            long right = 1;
            do {
                boolean takesLeft = i < from.length && (left <= right || j == to.length);
                if (!takesLeft && j == to.length) {
                    return Optional.empty();
                }
                if (takesLeft) {
                    left *= from[i];
                    if (from[i] != 1) {
                        group.from.add(i);
                    }
                    i++;
                } else {
                    right *= to[j];
                    group.to.add(j++);
                }
                if (left <= 0 || right <= 0) {
                    return Optional.empty();
                }
            } while (left != right || group.to.isEmpty() && j < to.length);
            groups.add(group);
        }
        return Optional.of(new AxisGroups(to, groups));
    }

    /**
     * The order in which a reshape of the tensor as it is held holds the result; empty where the
     * tensor must be in ONNX's order first.
     */
    Optional<AxisOrder> order(AxisOrder held) {
        var axes = new ArrayList<Integer>();
        var placed = new ArrayList<Group>();
        for (int at = 0; at < held.rank(); at++) {
            int axis = held.axes().get(at);
            for (var group : groups) {
                if (group.from.contains(axis) && !placed.contains(group)) {
                    if (!isContiguous(group, held, at)) {
                        return Optional.empty();
                    }
                    placed.add(group);
                    axes.addAll(group.to);
                }
            }
        }
        groups.stream()
                .filter(group -> !placed.contains(group))
                .forEach(group -> axes.addAll(group.to));
        return Optional.of(new AxisOrder(axes));
    }

    /** Whether a group's axes follow each other from a position on, apart from axes of size 1. */
    private boolean isContiguous(Group group, AxisOrder held, int from) {
        int next = 0;
        for (int at = from; at < held.rank() && next < group.from.size(); at++) {
            int axis = held.axes().get(at);
            if (axis == group.from.get(next)) {
                next++;
            } else if (groups.stream().anyMatch(other -> other.from.contains(axis))) {
                return false;
            }
        }
        return next == group.from.size();
    }

    /** The sizes of the result in an order; -1 for the batch, where that is one axis. */
    long[] sizes(AxisOrder order) {
        var sizes = order.arranged(shape);
        boolean keepsBatch =
                !groups.isEmpty()
                        && groups.get(0).from.equals(List.of(0))
                        && groups.get(0).to.equals(List.of(0))
                        && order.position(0) == 0;
        if (keepsBatch) {
            sizes[0] = -1;
        }
        return sizes;
    }
}
