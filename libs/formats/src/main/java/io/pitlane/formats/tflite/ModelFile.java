package io.pitlane.formats.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import io.pitlane.formats.export.ExportMetadata;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tensorflow.lite.schema.Buffer;
import org.tensorflow.lite.schema.Metadata;
import org.tensorflow.lite.schema.MetadataT;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.schema.OperatorCode;
import org.tensorflow.lite.schema.SignatureDef;
import org.tensorflow.lite.schema.SignatureDefT;
import org.tensorflow.lite.schema.SubGraph;
import org.tensorflow.lite.schema.TensorMapT;

/**
 * Writes a TFLite model as a flatbuffer. The schema's own {@code pack} leaves the bytes of
 * constants at any address, but kernels want them at multiples of {@value #ALIGNMENT}.
 */
final class ModelFile {
    private static final int SCHEMA_VERSION = 3;
    private static final int ALIGNMENT = 16;
    private static final int FIRST_SIZE = 1 << 16;

    private final FlatBufferBuilder builder = new FlatBufferBuilder(FIRST_SIZE);
    private final TfliteConversion conversion;

    private ModelFile(TfliteConversion conversion) {
        this.conversion = conversion;
    }

    /** The bytes of a converted model. */
    static byte[] of(TfliteConversion conversion, ExportMetadata metadata) {
        return new ModelFile(conversion).write(metadata);
    }

    private byte[] write(ExportMetadata properties) {
        var graph = conversion.result();
        // Before the buffers, because it adds some.
        int metadata = metadata(properties);
        int buffers =
                Model.createBuffersVector(
                        builder, graph.buffers().stream().mapToInt(this::buffer).toArray());
        int codes =
                Model.createOperatorCodesVector(
                        builder,
                        graph.codes().stream()
                                .mapToInt(code -> OperatorCode.pack(builder, code))
                                .toArray());
        var subGraph = graph.toSubGraph(conversion.inputs(), conversion.outputs());
        int subGraphs =
                Model.createSubgraphsVector(builder, new int[] {SubGraph.pack(builder, subGraph)});
        int signatures =
                Model.createSignatureDefsVector(
                        builder, new int[] {SignatureDef.pack(builder, signature())});
        int description = builder.createString("pitlane " + properties.producerVersion());
        Model.startModel(builder);
        Model.addVersion(builder, SCHEMA_VERSION);
        Model.addDescription(builder, description);
        Model.addOperatorCodes(builder, codes);
        Model.addSubgraphs(builder, subGraphs);
        Model.addBuffers(builder, buffers);
        Model.addMetadata(builder, metadata);
        Model.addSignatureDefs(builder, signatures);
        Model.finishModelBuffer(builder, Model.endModel(builder));
        return builder.sizedByteArray();
    }

    private int buffer(byte[] data) {
        if (data.length == 0) {
            Buffer.startBuffer(builder);
            return Buffer.endBuffer(builder);
        }
        builder.createUnintializedVector(1, data.length, ALIGNMENT).put(data);
        return Buffer.createBuffer(builder, builder.endVector());
    }

    private int metadata(ExportMetadata metadata) {
        return Model.createMetadataVector(
                builder,
                metadata.properties().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .mapToInt(this::property)
                        .toArray());
    }

    private int property(Map.Entry<String, String> property) {
        var entry = new MetadataT();
        entry.setName(property.getKey());
        entry.setBuffer(
                conversion.result().buffer(property.getValue().getBytes(StandardCharsets.UTF_8)));
        return Metadata.pack(builder, entry);
    }

    private SignatureDefT signature() {
        var signature = conversion.signature();
        var definition = new SignatureDefT();
        definition.setSignatureKey(signature.key());
        definition.setInputs(
                names(
                        signature.inputs().stream().map(port -> port.name()),
                        conversion.inputs().stream()));
        definition.setOutputs(
                names(
                        signature.outputs().stream().map(port -> port.name()),
                        conversion.outputs().stream()));
        return definition;
    }

    private static TensorMapT[] names(Stream<String> names, Stream<TfliteTensor> tensors) {
        var listed = names.toList();
        var indices = tensors.mapToInt(TfliteTensor::index).toArray();
        return IntStream.range(0, indices.length)
                .mapToObj(
                        i -> {
                            var map = new TensorMapT();
                            map.setName(listed.get(i));
                            map.setTensorIndex(indices[i]);
                            return map;
                        })
                .toArray(TensorMapT[]::new);
    }
}
