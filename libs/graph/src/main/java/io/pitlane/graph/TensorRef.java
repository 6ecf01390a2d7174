package io.pitlane.graph;

/**
 * One output of one node, as a graph writes it: {@code name} for output 0, {@code name:1} for
 * output 1.
 *
 * @param node name of the node
 * @param index which of its outputs, from 0
 */
public record TensorRef(String node, int index) {

    /** Output 0 of {@code node}. */
    public static TensorRef of(String node) {
        return new TensorRef(node, 0);
    }

    /** Reads {@code name} or {@code name:k}. */
    public static TensorRef parse(String text) {
        int colon = text.lastIndexOf(':');
        return colon < 0
                ? of(text)
                : new TensorRef(
                        text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    /** The form used in a node's list of inputs. */
    @Override
    public String toString() {
        return index == 0 ? node : node + ":" + index;
    }

    /** The form that a session's feeds and fetches use: always with the index. */
    public String withIndex() {
        return node + ":" + index;
    }
}
