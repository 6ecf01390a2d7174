package io.pitlane.contract.artifact;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Tells messages of Protocol Buffers apart by their first bytes. The wire format carries no type,
 * so the order and content of the first fields decide; writers emit fields in the order of their
 * numbers.
 */
final class ProtobufHead {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    /** Field numbers of ModelProto, in onnx.proto. */
    private static final int IR_VERSION = 1;

    private static final int MODEL_VERSION = 5;
    private static final int DOC_STRING = 6;
    private static final int GRAPH = 7;

    /** Field numbers of GraphDef and NodeDef, in graph.proto and node_def.proto. */
    private static final int NODE = 1;

    private static final int NODE_NAME = 1;
    private static final int NODE_OP = 2;

    private static final Pattern OP = Pattern.compile("_?[A-Z][A-Za-z0-9_>.]*");

    private final byte[] bytes;
    private int at;

    private ProtobufHead(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Whether a file begins as a ModelProto: the version of its format, then texts, then a graph.
     */
    static boolean isOnnx(byte[] bytes) {
        var head = new ProtobufHead(bytes);
        if (!head.isField(IR_VERSION, VARINT)) {
            return false;
        }
        head.varint();
        while (head.at < bytes.length) {
            long tag = head.varint();
            int field = (int) (tag >>> 3);
            if (field == GRAPH && (tag & 7) == LENGTH_DELIMITED) {
                return true;
            }
            if (field <= IR_VERSION || field > DOC_STRING) {
                return false;
            }
            long value = head.varint();
            if (field != MODEL_VERSION) {
                head.skip(value);
            }
        }
        return false;
    }

    /** Whether a file begins as a GraphDef: a node with a name and the name of an operation. */
    static boolean isGraphDef(byte[] bytes) {
        var head = new ProtobufHead(bytes);
        if (!head.isField(NODE, LENGTH_DELIMITED)) {
            return false;
        }
        head.varint();
        if (!head.isField(NODE_NAME, LENGTH_DELIMITED)) {
            return false;
        }
        head.skip(head.varint());
        return head.isField(NODE_OP, LENGTH_DELIMITED)
                && OP.matcher(head.text(head.varint())).matches();
    }

    /** Reads a tag; whether it is this one. */
    private boolean isField(int number, int wireType) {
        return at < bytes.length && varint() == ((long) number << 3 | wireType);
    }

    /** A base-128 number; -1 where the bytes end. */
    private long varint() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE && at < bytes.length; shift += 7) {
            int next = bytes[at++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        return -1;
    }

    private void skip(long length) {
        at = length < 0 || length > bytes.length - at ? bytes.length : at + (int) length;
    }

    private String text(long length) {
        int from = at;
        skip(length);
        return new String(bytes, from, at - from, StandardCharsets.UTF_8);
    }
}
