package io.pitlane.graph.channels.dependency;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which channels are removed together: a disjoint-set forest over channel ids. A set that is
 * frozen, for a reason, stays in the model.
 */
final class ChannelCoupling {
    private int[] parents = new int[256];
    private String[] frozen = new String[256];
    private int size;

    /** New channels, each in a set of its own. */
    int[] fresh(int count) {
        if (size + count > parents.length) {
            int capacity = Math.max(size + count, 2 * parents.length);
            parents = Arrays.copyOf(parents, capacity);
            frozen = Arrays.copyOf(frozen, capacity);
        }
        var ids = IntStream.range(size, size + count).toArray();
        for (int id : ids) {
            parents[id] = id;
        }
        size += count;
        return ids;
    }

    /** The representative of the set of {@code id}. */
    int root(int id) {
        int root = id;
        while (parents[root] != root) {
            parents[root] = parents[parents[root]];
            root = parents[root];
        }
        return root;
    }

    /** Couples the channels at the same positions of two arrays of one length. */
    void unite(int[] left, int[] right) {
        if (left.length != right.length) {
            throw new IllegalArgumentException(
                    left.length + " channels cannot be coupled to " + right.length);
        }
        for (int i = 0; i < left.length; i++) {
            unite(left[i], right[i]);
        }
    }

    private void unite(int left, int right) {
        int from = root(right);
        int to = root(left);
        if (from != to) {
            parents[from] = to;
            if (frozen[to] == null) {
                frozen[to] = frozen[from];
            }
        }
    }

    /** Keeps these channels in the model; the first reason given stays. */
    void freeze(int[] ids, String reason) {
        for (int id : ids) {
            int root = root(id);
            if (frozen[root] == null) {
                frozen[root] = reason;
            }
        }
    }

    /** Whether the channel must stay. */
    boolean isFrozen(int id) {
        return frozen[root(id)] != null;
    }

    /** Why the channel must stay; null when it need not. */
    String reason(int id) {
        return frozen[root(id)];
    }

    /** Number of channels so far. */
    int size() {
        return size;
    }
}
