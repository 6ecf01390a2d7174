package io.pitlane.formats.packed;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.formats.packed.ModelContent.Constant;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Reads what {@link PackedModelWriter} wrote: the same graph, bit for bit. Every checksum is
 * checked before anything is decoded, and the digest of the model after it.
 */
public final class PackedModelReader {
    /** A model is at most as large as a SavedModel can be. */
    public static final long MOST_BYTES = Integer.MAX_VALUE;

    private static final int HEX_SHOWN = 12;

    private final PackedFile file;
    private final BaseModel base;

    private PackedModelReader(PackedFile file, BaseModel base) {
        this.file = file;
        this.base = base;
    }

    /**
     * The model in a file.
     *
     * @param mostBytes the largest model to accept, in bytes of its graph and weights
     * @throws FailureException INVALID_INPUT when it is no packed model, damaged, larger, relative
     *     to another model, or not safe to run
     */
    public static FlatGraph read(Path file, long mostBytes) {
        return read(file, mostBytes, BaseModel.NONE);
    }

    /**
     * The model in a file that was packed relative to another.
     *
     * @param base the model that it was packed relative to
     * @throws FailureException as {@link #read(Path, long)}; also when it is relative to another
     *     model, before anything is decoded
     */
    public static FlatGraph readDelta(Path file, FlatGraph base, long mostBytes) {
        return read(file, mostBytes, BaseModel.of(base));
    }

    /** Whether a packed model is relative to another. */
    public static boolean isDelta(Path file) {
        try {
            return PackedFile.of(Files.readAllBytes(file), MOST_BYTES).isDelta();
        } catch (IOException e) {
            throw damaged(file, e);
        }
    }

    private static FlatGraph read(Path path, long mostBytes, BaseModel base) {
        try {
            var file = PackedFile.of(Files.readAllBytes(path), Math.min(mostBytes, MOST_BYTES));
            requireBase(path, file, base);
            return new PackedModelReader(file, file.isDelta() ? base : BaseModel.NONE).graph();
        } catch (NoSuchFileException e) {
            throw FailureException.invalidInput(
                    "The packed model " + path + " does not exist.",
                    "Name the file that pitlane pack wrote.");
        } catch (IOException
                | IllegalArgumentException
                | ArithmeticException
                | IndexOutOfBoundsException
                | NegativeArraySizeException e) {
            throw damaged(path, e);
        }
    }

    private static void requireBase(Path path, PackedFile file, BaseModel base) {
        if (file.isDelta() && base == BaseModel.NONE) {
            throw FailureException.invalidInput(
                    path + " is relative to another model, of digest " + hex(file.base()) + ".",
                    "Name that model with --base.");
        }
        if (file.isDelta() && !Arrays.equals(file.base(), base.digest())) {
            throw FailureException.invalidInput(
                    "%s is relative to a model of digest %s, but the base has %s."
                            .formatted(path, hex(file.base()), hex(base.digest())),
                    "Name the model that it was packed relative to with --base.");
        }
    }

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest).substring(0, HEX_SHOWN);
    }

    private static FailureException damaged(Path file, Exception e) {
        return new FailureException(
                Failure.Kind.INVALID_INPUT,
                file + " cannot be unpacked: " + e.getMessage() + ".",
                "Copy the file again, or pack the model again.",
                e);
    }

    private FlatGraph graph() throws IOException {
        if (file.streams().size() < 2) {
            throw new IOException("its streams are missing");
        }
        var in = CodedInputStream.newInstance(file.streams().get(0));
        var structureBytes =
                StructureCodec.unpack(in.readByteArray(), file.structureBytes(), base.structure());
        var constants = new Constants(MetaGraphDef.parseFrom(structureBytes));
        constants.readPlaces(in);
        var content = constants.content();
        if (!Arrays.equals(content.digest(structureBytes), file.digest())) {
            throw new IOException("what it holds has another digest than its header says");
        }
        return content.graph();
    }

    /** The large constants as they are filled in. */
    private final class Constants {
        private final MetaGraphDef structure;
        private final NodeDef[] nodes;
        private final List<Integer> small = new ArrayList<>();
        private final List<Integer> streamed = new ArrayList<>();
        private final List<int[]> negated = new ArrayList<>();
        private final List<Integer> all = new ArrayList<>();

        Constants(MetaGraphDef structure) {
            this.structure = structure;
            this.nodes = structure.getGraphDef().getNodeList().toArray(NodeDef[]::new);
        }

        void readPlaces(CodedInputStream in) throws IOException {
            int count = in.readUInt32();
            long bytes = 0;
            int node = 0;
            for (int i = 0; i < count; i++) {
                node += in.readUInt32();
                int place = in.readUInt32();
                all.add(node);
                bytes += ModelContent.bytes(ModelContent.tensor(nodes[node]));
                if (place == Place.SMALL) {
                    small.add(node);
                } else if (place == Place.STREAM) {
                    streamed.add(node);
                } else {
                    negated.add(new int[] {node, place - Place.NEGATED});
                }
            }
            if (bytes != file.constantBytes()
                    || streamed.size() + 2 != file.streams().size()
                    || !in.isAtEnd()) {
                throw new IOException("its graph and its header do not fit");
            }
        }

        ModelContent content() throws IOException {
            var smallNodes = small.stream().map(node -> nodes[node]).toList();
            var contents = new SmallConstants(smallNodes, base).unpack(file.streams().get(1));
            for (int i = 0; i < contents.size(); i++) {
                fill(small.get(i), contents.get(i));
            }
            for (var pair : negated) {
                var of = ModelContent.tensor(nodes[pair[1]]).getTensorContent();
                fill(pair[0], Place.negated(of));
            }
            for (int i = 0; i < streamed.size(); i++) {
                var constant = nodes[streamed.get(i)];
                fill(
                        streamed.get(i),
                        ConstantCodec.unpack(
                                file.streams().get(i + 2),
                                ModelContent.tensor(constant),
                                base.like(constant).orElse(null),
                                node -> FloatTensor.of(nodes[node])));
            }
            return new ModelContent(
                    structure, all.stream().map(node -> new Constant(node, nodes[node])).toList());
        }

        private void fill(int node, ByteString content) {
            nodes[node] = ModelContent.withContent(nodes[node], content);
        }
    }
}
