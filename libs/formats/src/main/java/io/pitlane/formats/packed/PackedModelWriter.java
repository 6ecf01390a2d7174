package io.pitlane.formats.packed;

import com.google.protobuf.CodedOutputStream;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.FakeQuantization;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Packs a model into one small file, from which {@link PackedModelReader} restores the same graph
 * bit for bit. The file depends on the graph alone.
 *
 * <p>Where weights stand for integers (quantized, clustered), the integers are coded by a context
 * model; of pruned weights, the places of the zeros; other floats as planes of bytes. Every tensor
 * takes the form that is smallest.
 *
 * <pre>{@code
 * PackedModelWriter.write(SavedModelReader.read(folder), Path.of("model.pitlane"));
 * }</pre>
 */
public final class PackedModelWriter {
    /** Floats that nothing is known about share a stream where they are fewer. */
    private static final int FEW = 1024;

    /** Bytes a value of floats that share a stream. */
    private static final double SHARED = 3.5;

    private static final int LIMITS = 2;

    private final FlatGraph graph;
    private final ModelContent content;
    private final BaseModel base;
    private final Set<String> limits = new HashSet<>();

    private PackedModelWriter(FlatGraph graph, BaseModel base) {
        this.graph = graph;
        this.content = ModelContent.of(graph);
        this.base = base;
        graph.nodes().stream()
                .filter(node -> FakeQuantization.of(graph, node).isPresent())
                .forEach(node -> limits.add(graph.input(node, LIMITS).getName()));
    }

    /** The file of a model. */
    public static byte[] pack(FlatGraph graph) {
        return new PackedModelWriter(graph, BaseModel.NONE).file().bytes();
    }

    /**
     * The file of a model relative to another: small where they have the same structure and similar
     * weights. It can be read only with the same base.
     */
    public static byte[] packDelta(FlatGraph graph, FlatGraph base) {
        return new PackedModelWriter(graph, BaseModel.of(base)).file().bytes();
    }

    /**
     * Writes bytes that were packed, as a whole or not at all; a file that is there is replaced.
     */
    public static void write(byte[] packed, Path file) {
        try {
            var folder = file.toAbsolutePath().getParent();
            var whole = Files.createTempFile(folder, file.getFileName().toString(), ".part");
            Files.write(whole, packed);
            Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the packed model " + file, e);
        }
    }

    private PackedFile file() {
        var structure = content.structureBytes();
        var small = new ArrayList<NodeDef>();
        var streams = new ArrayList<byte[]>();
        var places = new ByteArrayOutputStream();
        var out = CodedOutputStream.newInstance(places);
        try {
            out.writeByteArrayNoTag(
                    StructureCodec.pack(content.structure(), structure, base.structure()));
            out.writeUInt32NoTag(content.constants().size());
            int last = 0;
            var search = new GridSearch(graph);
            for (var constant : content.constants()) {
                out.writeUInt32NoTag(constant.node() - last);
                last = constant.node();
                out.writeUInt32NoTag(place(constant.definition(), search, small, streams));
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var all = new ArrayList<byte[]>();
        all.add(places.toByteArray());
        all.add(new SmallConstants(small, base).pack());
        all.addAll(streams);
        return new PackedFile(
                content.digest(structure),
                base.digest(),
                structure.length,
                content.constantBytes(),
                List.copyOf(all));
    }

    /** Packs a constant, and says where. */
    private int place(
            NodeDef constant, GridSearch search, List<NodeDef> small, List<byte[]> streams) {
        var negated = negated(constant);
        if (negated >= 0) {
            return Place.NEGATED + negated;
        }
        var stream = limits.contains(constant.getName()) ? null : stream(constant, search);
        if (stream == null) {
            small.add(constant);
            return Place.SMALL;
        }
        streams.add(stream);
        return Place.STREAM;
    }

    private byte[] stream(NodeDef constant, GridSearch search) {
        var tensor = ModelContent.tensor(constant);
        var like = base.like(constant);
        if (Place.isBytes(tensor.getDtype())) {
            return ConstantCodec.pack(
                    tensor.getTensorContent(),
                    Place.matrix(tensor),
                    like.map(c -> ModelContent.tensor(c).getTensorContent()).orElse(null));
        }
        if (tensor.getDtype() != DataType.DT_FLOAT) {
            return null;
        }
        var values = FloatTensor.of(tensor);
        var grid = search.of(constant, values);
        int count = values.values().length;
        if (grid.isEmpty() && count < FEW) {
            return null;
        }
        var stream =
                ConstantCodec.pack(
                        values, grid, like.map(c -> FloatTensor.of(c).values()).orElse(null));
        return count < FEW && stream.length > SHARED * count ? null : stream;
    }

    /**
     * The node whose values are the negatives of these, among the limits of fake quantizations; -1
     * when there is none.
     */
    private int negated(NodeDef constant) {
        for (var use : graph.uses(constant.getName())) {
            boolean isLowest =
                    use.slot() == 1 && FakeQuantization.of(graph, use.consumer()).isPresent();
            var other = isLowest ? graph.input(use.consumer(), LIMITS) : constant;
            if (isLowest
                    && Place.negated(ModelContent.tensor(other).getTensorContent())
                            .equals(ModelContent.tensor(constant).getTensorContent())) {
                return graph.nodes().indexOf(other);
            }
        }
        return -1;
    }
}
