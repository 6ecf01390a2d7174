package io.pitlane.graph.savedmodel.inlining;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorProtos;
import io.pitlane.graph.natives.TensorFlowRuntime;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.tensorflow.Graph;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TFloat32;

/** A model's outputs for a random batch, by port: from its own SavedModel, or from a graph. */
public record ModelOutputs(Map<String, FloatTensor> byPort) {
    /** Height and width of images where the model accepts any. */
    private static final int SIDE = 20;

    /** Without oneDNN the remapper fuses grouped convolutions into what no kernel can do. */
    private static final ConfigProto WITHOUT_FUSION =
            ConfigProto.newBuilder()
                    .setGraphOptions(
                            GraphOptions.newBuilder()
                                    .setRewriteOptions(
                                            RewriterConfig.newBuilder()
                                                    .setRemapping(RewriterConfig.Toggle.OFF)))
                    .build();

    /** Runs the signature of a SavedModel as TensorFlow loads it, without any code of ours. */
    public static ModelOutputs ofOriginal(Path folder, String key, int batch, float scale) {
        TensorFlowRuntime.load();
        try (var bundle =
                SavedModelBundle.loader(folder.toString())
                        .withTags("serve")
                        .withConfigProto(WITHOUT_FUSION)
                        .load()) {
            var signature = bundle.metaGraphDef().getSignatureDefOrThrow(key);
            return run(bundle.session(), names(signature.getInputsMap()), signature, batch, scale);
        }
    }

    /** Runs a flat graph. */
    public static ModelOutputs of(FlatGraph flat, int batch, float scale) {
        TensorFlowRuntime.load();
        try (var graph = new Graph()) {
            graph.importGraphDef(flat.toGraphDef());
            try (var session = new Session(graph, WITHOUT_FUSION)) {
                var signature = SignatureDef.newBuilder();
                flat.signature().inputs().forEach(p -> signature.putInputs(p.name(), info(p)));
                flat.signature().outputs().forEach(p -> signature.putOutputs(p.name(), info(p)));
                var inputs = names(signature.getInputsMap());
                return run(session, inputs, signature.build(), batch, scale);
            }
        }
    }

    /** The largest difference of any element of any port. */
    public double maxDifference(ModelOutputs other) {
        if (!byPort.keySet().equals(other.byPort.keySet())) {
            throw new AssertionError(byPort.keySet() + " against " + other.byPort.keySet());
        }
        double largest = 0;
        for (var port : byPort.keySet()) {
            var mine = byPort.get(port);
            var theirs = other.byPort.get(port);
            if (!List.of(mine.toString()).equals(List.of(theirs.toString()))) {
                throw new AssertionError(port + ": " + mine + " against " + theirs);
            }
            for (int i = 0; i < mine.values().length; i++) {
                double difference = Math.abs(mine.values()[i] - theirs.values()[i]);
                largest = Double.isNaN(difference) ? Double.NaN : Math.max(largest, difference);
            }
        }
        return largest;
    }

    /** The largest difference, as a share of the largest value of the same port. */
    public double relativeDifference(ModelOutputs other) {
        double largest = 0;
        for (var port : byPort.keySet()) {
            var mine = new ModelOutputs(Map.of(port, byPort.get(port)));
            var theirs = new ModelOutputs(Map.of(port, other.byPort.get(port)));
            double relative = mine.maxDifference(theirs) / Math.max(mine.largest(), 1e-30);
            largest = Double.isNaN(relative) ? Double.NaN : Math.max(largest, relative);
        }
        return largest;
    }

    /** The root of the mean square difference of one port, as a share of that of its values. */
    public double relativeL2(ModelOutputs other, String port) {
        var mine = byPort.get(port).values();
        var theirs = other.byPort.get(port).values();
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < mine.length; i++) {
            difference += Math.pow(mine[i] - theirs[i], 2);
            norm += Math.pow(mine[i], 2);
        }
        return Math.sqrt(difference / Math.max(norm, 1e-30));
    }

    /** The largest value of any port, to tell whether a difference is small. */
    public double largest() {
        double largest = 0;
        for (var tensor : byPort.values()) {
            for (float value : tensor.values()) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        return largest;
    }

    private static ModelOutputs run(
            Session session,
            TreeMap<String, TensorInfo> inputs,
            SignatureDef signature,
            int batch,
            float scale) {
        var random = new Random(5);
        var runner = session.runner();
        var fed = new ArrayList<TFloat32>();
        for (var input : inputs.values()) {
            var tensor = random(input.getTensorShape(), batch, scale, random);
            fed.add(tensor);
            runner.feed(input.getName(), tensor);
        }
        var outputs = names(signature.getOutputsMap());
        outputs.values().forEach(info -> runner.fetch(info.getName()));
        var values = new TreeMap<String, FloatTensor>();
        try (var result = runner.run()) {
            int i = 0;
            for (var name : outputs.keySet()) {
                values.put(name, floats(result.get(i++)));
            }
        }
        fed.forEach(TFloat32::close);
        return new ModelOutputs(values);
    }

    private static FloatTensor floats(Tensor tensor) {
        var proto = TensorProtos.of(tensor);
        if (proto.getDtype() == DataType.DT_FLOAT) {
            return FloatTensor.of(proto);
        }
        var bytes = proto.getTensorContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        var values = new float[(int) tensor.shape().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    switch (proto.getDtype()) {
                        case DT_INT32 -> bytes.getInt();
                        case DT_INT64 -> bytes.getLong();
                        default -> throw new AssertionError(proto.getDtype());
                    };
        }
        return new FloatTensor(values, tensor.shape().asArray());
    }

    private static TFloat32 random(TensorShapeProto shape, int batch, float scale, Random random) {
        var dimensions = new long[shape.getDimCount()];
        for (int i = 0; i < dimensions.length; i++) {
            long known = shape.getDim(i).getSize();
            dimensions[i] = known >= 0 ? known : i == 0 ? batch : SIDE;
        }
        var size = Shape.of(dimensions);
        var values = new float[(int) size.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() * scale;
        }
        return TFloat32.tensorOf(size, DataBuffers.of(values, true, false));
    }

    private static TreeMap<String, TensorInfo> names(Map<String, TensorInfo> infos) {
        return new TreeMap<>(infos);
    }

    private static TensorInfo info(GraphSignature.Port port) {
        var shape = TensorShapeProto.newBuilder();
        port.shape().forEach(d -> shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(d)));
        return TensorInfo.newBuilder()
                .setName(port.tensor().withIndex())
                .setTensorShape(shape)
                .build();
    }
}
