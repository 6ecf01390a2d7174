package io.pitlane.prune.lowrank;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.Tensors;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.types.TInt32;

/**
 * Reads the values below the kernel of a convolution at some of its output positions, with
 * TensorFlow's own rules of padding, stride and dilation. Must be closed: it holds native memory.
 */
final class PatchReader implements AutoCloseable {
    private static final int SPATIAL_RANK = 4;

    private final Graph graph = new Graph();
    private final Session session;

    /** Of a convolution. */
    PatchReader(FactorizableLayer layer) {
        try {
            graph.importGraphDef(definition(layer));
            session = new Session(graph, TensorFlowRuntime.sessionConfig());
        } catch (RuntimeException e) {
            graph.close();
            throw e;
        }
    }

    private static GraphDef definition(FactorizableLayer layer) {
        var attributes = Attributes.of(layer.node());
        var padding = attributes.string("padding", "VALID");
        var explicit = attributes.ints("explicit_paddings", List.of());
        boolean isExplicit = padding.equals("EXPLICIT");
        var def = GraphDef.newBuilder();
        def.addNode(
                NodeBuilder.of("Placeholder", "input")
                        .type("dtype", DataType.DT_FLOAT)
                        .shape("shape", -1, -1, -1, layer.inputs())
                        .build());
        if (isExplicit) {
            def.addNode(paddings(explicit));
            def.addNode(
                    NodeBuilder.of("Pad", "padded")
                            .input("input")
                            .input("paddings")
                            .type("T", DataType.DT_FLOAT)
                            .type("Tpaddings", DataType.DT_INT32)
                            .build());
        }
        var dilations = attributes.ints("dilations", List.of());
        def.addNode(
                NodeBuilder.of("ExtractImagePatches", "patches")
                        .input(isExplicit ? "padded" : "input")
                        .type("T", DataType.DT_FLOAT)
                        .ints("ksizes", 1, layer.height(), layer.width(), 1)
                        .ints("strides", longs(attributes.ints("strides", List.of(1L, 1L, 1L, 1L))))
                        .ints(
                                "rates",
                                dilations.isEmpty() ? new long[] {1, 1, 1, 1} : longs(dilations))
                        .string("padding", isExplicit ? "VALID" : padding)
                        .build());
        def.addNode(NodeBuilder.intVector("size", -1, layer.patch()));
        def.addNode(
                NodeBuilder.of("Reshape", "rows")
                        .input("patches")
                        .input("size")
                        .type("T", DataType.DT_FLOAT)
                        .type("Tshape", DataType.DT_INT32)
                        .build());
        def.addNode(
                NodeBuilder.of("Placeholder", "positions")
                        .type("dtype", DataType.DT_INT32)
                        .shape("shape", -1)
                        .build());
        def.addNode(
                NodeBuilder.of("Gather", "chosen")
                        .input("rows")
                        .input("positions")
                        .type("Tparams", DataType.DT_FLOAT)
                        .type("Tindices", DataType.DT_INT32)
                        .build());
        def.addNode(
                NodeBuilder.of("Shape", "shape")
                        .input("patches")
                        .type("T", DataType.DT_FLOAT)
                        .type("out_type", DataType.DT_INT32)
                        .build());
        return def.build();
    }

    private static NodeDef paddings(List<Long> explicit) {
        var proto =
                TensorProto.newBuilder()
                        .setDtype(DataType.DT_INT32)
                        .setTensorShape(NodeBuilder.shapeProto(SPATIAL_RANK, 2));
        explicit.forEach(padding -> proto.addIntVal(Math.toIntExact(padding)));
        return NodeBuilder.constant("paddings", proto.build());
    }

    private static long[] longs(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    /**
     * The shape of all patches: {@code [images, rows, columns, values]}.
     *
     * @param input what the layer reads, {@code [images, height, width, channels]}
     */
    long[] shape(FloatTensor input) {
        var sizes = run(input, "shape", 0).values();
        return IntStream.range(0, sizes.length).mapToLong(axis -> (long) sizes[axis]).toArray();
    }

    /**
     * The patches at some positions, one a row.
     *
     * @param positions in row-major order of images, rows and columns
     */
    FloatTensor at(FloatTensor input, int... positions) {
        return run(input, "chosen", positions);
    }

    private FloatTensor run(FloatTensor input, String fetch, int... positions) {
        try (var features = Tensors.toNative(input);
                var indices =
                        TInt32.tensorOf(
                                Shape.of(positions.length),
                                DataBuffers.of(positions, true, false));
                var result =
                        session.runner()
                                .feed("input", features)
                                .feed("positions", indices)
                                .fetch(fetch)
                                .run()) {
            return Tensors.toJava(result.get(0));
        }
    }

    @Override
    public void close() {
        session.close();
        graph.close();
    }
}
