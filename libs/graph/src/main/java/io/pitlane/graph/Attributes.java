package io.pitlane.graph;

import java.util.List;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** Reads a node's attributes, with the op's default where the node does not say. */
public final class Attributes {
    private final NodeDef node;

    private Attributes(NodeDef node) {
        this.node = node;
    }

    public static Attributes of(NodeDef node) {
        return new Attributes(node);
    }

    public String string(String name, String otherwise) {
        return node.containsAttr(name)
                ? node.getAttrOrThrow(name).getS().toStringUtf8()
                : otherwise;
    }

    public boolean bool(String name, boolean otherwise) {
        return node.containsAttr(name) ? node.getAttrOrThrow(name).getB() : otherwise;
    }

    public float number(String name, float otherwise) {
        return node.containsAttr(name) ? node.getAttrOrThrow(name).getF() : otherwise;
    }

    public long integer(String name, long otherwise) {
        return node.containsAttr(name) ? node.getAttrOrThrow(name).getI() : otherwise;
    }

    public List<Long> ints(String name, List<Long> otherwise) {
        return node.containsAttr(name) ? node.getAttrOrThrow(name).getList().getIList() : otherwise;
    }

    public DataType type(String name, DataType otherwise) {
        return node.containsAttr(name) ? node.getAttrOrThrow(name).getType() : otherwise;
    }

    /** Whether the channels are the last axis, which is the default of every operation. */
    public boolean channelsLast() {
        var format = string("data_format", "NHWC");
        return !format.startsWith("NC") && !format.equals("CHANNELS_FIRST");
    }
}
