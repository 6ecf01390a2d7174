package io.pitlane.graph;

import java.util.List;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** Reads a node's attributes, or the operation's default where an attribute is not set. */
public final class Attributes {
    private final NodeDef node;

    private Attributes(NodeDef node) {
        this.node = node;
    }

    public static Attributes of(NodeDef node) {
        return new Attributes(node);
    }

    public String string(String name, String defaultValue) {
        return node.containsAttr(name)
                ? node.getAttrOrThrow(name).getS().toStringUtf8()
                : defaultValue;
    }

    public boolean bool(String name, boolean defaultValue) {
        return node.containsAttr(name) ? node.getAttrOrThrow(name).getB() : defaultValue;
    }

    public float number(String name, float defaultValue) {
        return node.containsAttr(name) ? node.getAttrOrThrow(name).getF() : defaultValue;
    }

    public long integer(String name, long defaultValue) {
        return node.containsAttr(name) ? node.getAttrOrThrow(name).getI() : defaultValue;
    }

    public List<Long> ints(String name, List<Long> defaultValue) {
        return node.containsAttr(name)
                ? node.getAttrOrThrow(name).getList().getIList()
                : defaultValue;
    }

    public DataType type(String name, DataType defaultValue) {
        return node.containsAttr(name) ? node.getAttrOrThrow(name).getType() : defaultValue;
    }

    /** Whether the channels are the last axis: the default of every operation. */
    public boolean channelsLast() {
        var format = string("data_format", "NHWC");
        return !format.startsWith("NC") && !format.equals("CHANNELS_FIRST");
    }
}
