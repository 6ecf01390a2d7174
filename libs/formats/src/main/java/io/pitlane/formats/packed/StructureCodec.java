package io.pitlane.formats.packed;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import io.pitlane.graph.TensorRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * The structure of a model as bytes that {@link ByteModel} predicts well: the names of all nodes,
 * then what they are, each kind of node written once, and their inputs as distances.
 */
final class StructureCodec {
    private static final int PLAIN = 0;
    private static final int MODELLED = 1;

    /** Larger structures take too long by the model. */
    private static final int MOST_MODELLED = 1 << 22;

    /** A typical structure, written by this class. Part of the format. */
    private static final byte[] DICTIONARY = dictionary();

    private StructureCodec() {}

    private static byte[] dictionary() {
        try (InputStream in = StructureCodec.class.getResourceAsStream("structure.dictionary")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Packs a structure.
     *
     * @param bytes the same, serialized
     * @param base the serialized structure of the base; empty without one
     */
    static byte[] pack(MetaGraphDef structure, byte[] bytes, byte[] base) throws IOException {
        var plain = PlainBytes.pack(bytes, base);
        var written = written(structure).filter(w -> w.length <= MOST_MODELLED);
        var packed = new ByteArrayOutputStream();
        var out = CodedOutputStream.newInstance(packed);
        if (written.isPresent() && written.get().length <= bytes.length) {
            var modelled = ByteModel.pack(written.get(), known(base));
            if (modelled.length < plain.length) {
                out.writeUInt32NoTag(MODELLED);
                out.writeUInt32NoTag(written.get().length);
                out.writeRawBytes(modelled);
                out.flush();
                return packed.toByteArray();
            }
        }
        out.writeUInt32NoTag(PLAIN);
        out.writeRawBytes(plain);
        out.flush();
        return packed.toByteArray();
    }

    /**
     * The structure again, serialized.
     *
     * @param length of it
     */
    static byte[] unpack(byte[] packed, int length, byte[] base) throws IOException {
        var in = CodedInputStream.newInstance(packed);
        int form = in.readUInt32();
        if (form == PLAIN) {
            return PlainBytes.unpack(in.readRawBytes(packed.length - 1), length, base);
        }
        int written = in.readUInt32();
        if (form != MODELLED || written < 0 || written > Math.min(length, MOST_MODELLED)) {
            throw new IOException("the form of its graph is not known");
        }
        var rest = in.readRawBytes(packed.length - in.getTotalBytesRead());
        return ModelContent.bytes(read(ByteModel.unpack(rest, written, known(base))));
    }

    /** What the model of bytes learns from. */
    private static byte[] known(byte[] base) throws IOException {
        return base.length == 0
                ? DICTIONARY
                : written(MetaGraphDef.parseFrom(base))
                        .filter(written -> written.length <= MOST_MODELLED)
                        .orElse(DICTIONARY);
    }

    /** A structure as bytes; empty where it has something that cannot be written so. */
    static Optional<byte[]> written(MetaGraphDef structure) throws IOException {
        var bytes = new Writer().write(structure);
        return bytes.isPresent() && read(bytes.get()).equals(structure) ? bytes : Optional.empty();
    }

    private static MetaGraphDef read(byte[] written) throws IOException {
        return new Reader(CodedInputStream.newInstance(written)).read();
    }

    /** One part of what is written. */
    private static final class Part {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

        void number(int value) throws IOException {
            out.writeUInt32NoTag(value);
        }

        void content(ByteString content) throws IOException {
            out.writeBytesNoTag(content);
        }

        byte[] toBytes() throws IOException {
            out.flush();
            return bytes.toByteArray();
        }
    }

    private static final class Writer {
        private final Part names = new Part();
        private final Part nodes = new Part();
        private final Part kinds = new Part();
        private final Part constants = new Part();
        private final Map<MessageLite, Integer> known = new HashMap<>();
        private final Map<String, Integer> indices = new HashMap<>();
        private ByteString last = ByteString.EMPTY;

        Optional<byte[]> write(MetaGraphDef structure) throws IOException {
            for (var node : structure.getGraphDef().getNodeList()) {
                names.content(node.getNameBytes());
                for (var input : node.getInputList()) {
                    if (!indices.containsKey(TensorRef.parse(input).node())) {
                        return Optional.empty();
                    }
                }
                write(node);
                indices.put(node.getName(), indices.size());
            }
            var whole = new Part();
            whole.number(indices.size());
            for (var part : List.of(names, nodes, kinds, constants)) {
                whole.out.writeRawBytes(part.toBytes());
            }
            var rest = structure.toBuilder();
            rest.getGraphDefBuilder().clearNode();
            whole.out.writeRawBytes(ModelContent.bytes(rest.build()));
            return Optional.of(whole.toBytes());
        }

        private void write(NodeDef node) throws IOException {
            var tensor = TensorParts.of(node);
            var plain = tensor.isPresent() ? tensor.get().kind() : node;
            kind(plain.toBuilder().clearName().clearInput().build());
            nodes.number(node.getInputCount());
            for (var input : node.getInputList()) {
                var ref = TensorRef.parse(input);
                int distance = indices.size() - indices.get(ref.node());
                nodes.number(2 * distance + (ref.index() > 0 ? 1 : 0));
                if (ref.index() > 0) {
                    nodes.number(ref.index());
                }
            }
            if (tensor.isPresent()) {
                write(tensor.get());
            }
        }

        private void kind(NodeDef kind) throws IOException {
            var index = known.putIfAbsent(kind, known.size());
            nodes.number(index == null ? 0 : index + 1);
            if (index == null) {
                kinds.content(ByteString.copyFrom(ModelContent.bytes(kind)));
            }
        }

        private void write(TensorParts tensor) throws IOException {
            constants.number(tensor.dimensions().size());
            for (long dimension : tensor.dimensions()) {
                constants.out.writeUInt64NoTag(dimension);
            }
            constants.number(tensor.integers().size());
            for (int integer : tensor.integers()) {
                constants.out.writeSInt32NoTag(integer);
            }
            boolean negated =
                    last.size() == Float.BYTES && tensor.content().equals(Place.negated(last));
            constants.number(negated ? 1 : 2 * tensor.content().size());
            constants.out.writeRawBytes(negated ? ByteString.EMPTY : tensor.content());
            last = tensor.content();
        }
    }

    private static final class Reader {
        private final CodedInputStream in;
        private final List<NodeDef> kinds = new ArrayList<>();
        private final List<NodeDef> nodes = new ArrayList<>();
        private ByteString last = ByteString.EMPTY;

        Reader(CodedInputStream in) {
            this.in = in;
        }

        MetaGraphDef read() throws IOException {
            int count = in.readUInt32();
            var names = new ArrayList<String>();
            for (int i = 0; i < count; i++) {
                names.add(in.readStringRequireUtf8());
            }
            var kindOf = new ArrayList<Integer>();
            int known = 0;
            for (int i = 0; i < count; i++) {
                int kind = in.readUInt32() - 1;
                kindOf.add(kind < 0 ? known++ : kind);
                var node = NodeDef.newBuilder().setName(names.get(i));
                int inputs = in.readUInt32();
                for (int slot = 0; slot < inputs; slot++) {
                    int code = in.readUInt32();
                    var producer = names.get(i - code / 2);
                    int index = code % 2 == 0 ? 0 : in.readUInt32();
                    node.addInput(new TensorRef(producer, index).toString());
                }
                nodes.add(node.build());
            }
            for (int i = 0; i < known; i++) {
                kinds.add(NodeDef.parseFrom(in.readBytes()));
            }
            for (int i = 0; i < count; i++) {
                nodes.set(i, whole(nodes.get(i), kinds.get(kindOf.get(i))));
            }
            var rest = MetaGraphDef.newBuilder();
            rest.mergeFrom(in);
            rest.getGraphDefBuilder().addAllNode(nodes);
            return rest.build();
        }

        private NodeDef whole(NodeDef node, NodeDef kind) throws IOException {
            var named = kind.toBuilder().setName(node.getName()).addAllInput(node.getInputList());
            if (!TensorParts.isKind(kind)) {
                return named.build();
            }
            var dimensions = new ArrayList<Long>();
            for (int left = in.readUInt32(); left > 0; left--) {
                dimensions.add(in.readUInt64());
            }
            var integers = new ArrayList<Integer>();
            for (int left = in.readUInt32(); left > 0; left--) {
                integers.add(in.readSInt32());
            }
            int size = in.readUInt32();
            last = size == 1 ? Place.negated(last) : ByteString.copyFrom(in.readRawBytes(size / 2));
            return new TensorParts(named.build(), dimensions, integers, last).whole();
        }
    }
}
