package io.pitlane.tests.techniques.size;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.formats.packed.PackedModelReader;
import io.pitlane.formats.packed.PackedModelWriter;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.quantize.QuantizeStage;
import io.pitlane.tests.techniques.benchmark.BenchmarkStage;
import io.pitlane.tests.techniques.size.SizeFigures.Errors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One training for rate of one network, which is trained first where its folder lacks it. What is
 * scored is the model that was read back from its file.
 *
 * @param folder of all networks
 * @param mnist folder of the images
 */
record SizeRow(Path folder, Path mnist, SizeVariant variant, long seed) {

    private DenseRow before() {
        return new DenseRow(folder, mnist, variant.net(), seed);
    }

    private Path seedFolder() {
        return before().seedFolder();
    }

    private Path rowFolder() {
        return seedFolder().resolve(variant.folder());
    }

    private Path figures() {
        return rowFolder().resolve("figures.json");
    }

    boolean isMeasured() {
        return Files.exists(figures());
    }

    /** The figures, measured where they are not there. */
    SizeFigures measured() throws IOException {
        if (!isMeasured()) {
            var figures = measure();
            Files.write(figures(), ContractJson.MAPPER.writeValueAsBytes(figures));
        }
        return ContractJson.MAPPER.readValue(Files.readAllBytes(figures()), SizeFigures.class);
    }

    /** The model, read from its file. */
    FlatGraph decoded() {
        return PackedModelReader.read(file(), PackedModelReader.MOST_BYTES);
    }

    private Path file() {
        return rowFolder().resolve("model.pitlane");
    }

    private SizeFigures measure() throws IOException {
        var train = LeNet.images(mnist, "train");
        var test = LeNet.images(mnist, "t10k");
        var dense = before().model();
        var plan = PlanReader.read(plan());
        long start = System.nanoTime();
        var models = List.of(BenchmarkStage.original(plan, seedFolder()));
        var made =
                (ModelMade)
                        BenchmarkStage.run(
                                new QuantizeStage(), plan, 0, models, seedFolder(), rowFolder());
        double seconds = (System.nanoTime() - start) / 1e9;
        var graph = SavedModelReader.read(made.savedModel());
        PackedModelWriter.write(PackedModelWriter.pack(graph), file());
        Files.write(
                rowFolder().resolve("codes.json"),
                ContractJson.MAPPER.writeValueAsBytes(codes(graph)));
        var decoded = rowFolder().resolve("decoded");
        SavedModelWriter.write(decoded(), decoded);
        return new SizeFigures(
                before().errors(),
                Errors.of(decoded, train, test, seed),
                (int) Files.size(file()),
                Footprint.of(SavedModelReader.read(dense)).parameters(),
                seconds);
    }

    /** The integers of each kernel, a list for each output, for other coders. */
    private static Map<String, List<List<Integer>>> codes(FlatGraph graph) {
        var parts = QuantizedGraph.of(graph);
        var codes = new TreeMap<String, List<List<Integer>>>();
        parts.quantizations()
                .forEach(
                        (tensor, quantization) -> {
                            var values = FloatTensor.of(parts.floats().node(tensor.node()));
                            var integers = quantization.integers(values).values();
                            int outputs = (int) values.shape()[values.rank() - 1];
                            var columns = new ArrayList<List<Integer>>();
                            for (int i = 0; i < outputs; i++) {
                                columns.add(new ArrayList<>());
                            }
                            for (int i = 0; i < integers.length; i++) {
                                columns.get(i % outputs).add((int) integers[i]);
                            }
                            codes.put(tensor.node(), columns);
                        });
        return codes;
    }

    private String plan() {
        return """
                name: smallest-file
                model: model
                data:
                  train: {images: %1$s/train-images-idx3-ubyte.gz, labels: %1$s/train-labels-idx1-ubyte.gz}
                  test: {images: %1$s/t10k-images-idx3-ubyte.gz, labels: %1$s/t10k-labels-idx1-ubyte.gz}
                input: {channels: grey, scale: 0.00392156862745098}
                seed: %2$d
                steps: [%3$s]
                """
                .formatted(mnist, seed, variant.step());
    }
}
