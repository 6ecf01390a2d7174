package io.pitlane.tests.techniques.benchmark;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.training.Training;
import io.pitlane.data.ImageSet;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.training.Trainer;
import io.pitlane.training.TrainingListener;
import io.pitlane.training.loss.TaskLosses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A model of the benchmarks in a folder of its own: {@code plan.yaml} without steps, and, if the
 * model is made here, the SavedModel {@code model} and its data. Made once: with the same seed, the
 * same folder content (the weights up to the rounding of the machine).
 */
public enum BenchmarkModel {
    /** The Keras classifier of traffic signs, which is not part of this project. */
    TRAFFIC_SIGNS("traffic-signs") {
        @Override
        String plan() {
            var data = SHARED.resolve("data/gtsrb");
            return planOf(
                    SHARED.resolve("models/keras-gtsrb").toString(),
                    "classification",
                    idx(data, "train", "idx4"),
                    idx(data, "test", "idx4"),
                    "{resize: [30, 30]}");
        }

        @Override
        public boolean isAvailable() {
            return Files.exists(SHARED.resolve("models/keras-gtsrb"))
                    && Files.exists(SHARED.resolve("data/gtsrb"));
        }
    },

    /** The demo's classifier. */
    DEMO("demo") {
        @Override
        String plan() {
            return planOf(
                    FASHION.resolve("baseline").toString(),
                    "classification",
                    idx(FASHION, "train", "idx3"),
                    idx(FASHION, "test", "idx3"),
                    GREY);
        }
    },

    /** {@link BenchmarkNetworks#unet} on scenes of two items. */
    UNET("unet") {
        @Override
        String plan() {
            return planOf("model", "segmentation", npz("train"), npz("test"), GREY);
        }

        @Override
        void make(Path folder) throws IOException {
            Scenes.compose(fashion("train"), 2, 4000, 1).writeMasks(folder.resolve("train.npz"));
            Scenes.compose(fashion("test"), 2, 1000, 2).writeMasks(folder.resolve("test.npz"));
            train(folder, BenchmarkNetworks.unet(SEED), 30);
        }
    },

    /** {@link BenchmarkNetworks#separable} on the demo's images. */
    SEPARABLE("separable") {
        @Override
        String plan() {
            return planOf(
                    "model",
                    "classification",
                    idx(FASHION, "train", "idx3"),
                    idx(FASHION, "test", "idx3"),
                    GREY);
        }

        @Override
        void make(Path folder) throws IOException {
            train(folder, BenchmarkNetworks.separable(SEED), 30);
        }
    },

    /** {@link BenchmarkNetworks#residual} on the demo's images, unbalanced after training. */
    UNBALANCED("unbalanced") {
        @Override
        String plan() {
            return SEPARABLE.plan();
        }

        @Override
        void make(Path folder) throws IOException {
            var balanced = trained(folder, BenchmarkNetworks.residual(SEED), options(12));
            SavedModelWriter.write(balanced, folder.resolve("balanced"));
            SavedModelWriter.write(unbalanced(balanced), folder.resolve("model"));
        }
    },

    /** {@link BenchmarkNetworks#resNet20} on the demo's images. */
    RESNET20("resnet20") {
        @Override
        String plan() {
            return SEPARABLE.plan();
        }

        @Override
        void make(Path folder) throws IOException {
            var options =
                    options(30).toBuilder()
                            .batchNorm(Training.BatchNorm.TRAINED)
                            .augmentation(new Training.Augmentation(true, 2, null))
                            .build();
            SavedModelWriter.write(
                    trained(folder, BenchmarkNetworks.resNet20(SEED), options),
                    folder.resolve("model"));
        }
    },

    /** {@link BenchmarkNetworks#separable} with statistics of batch norm from the training. */
    MOBILE("mobile") {
        @Override
        String plan() {
            return SEPARABLE.plan();
        }

        @Override
        void make(Path folder) throws IOException {
            var options = options(20).toBuilder().batchNorm(Training.BatchNorm.TRAINED).build();
            SavedModelWriter.write(
                    trained(folder, BenchmarkNetworks.separable(SEED), options),
                    folder.resolve("model"));
        }
    },

    /** {@link BenchmarkNetworks#wideKernels} on the demo's images. */
    WIDE_KERNELS("wide-kernels") {
        @Override
        String plan() {
            return SEPARABLE.plan();
        }

        @Override
        void make(Path folder) throws IOException {
            var options =
                    options(12).toBuilder()
                            .augmentation(new Training.Augmentation(true, 2, null))
                            .build();
            SavedModelWriter.write(
                    trained(folder, BenchmarkNetworks.wideKernels(SEED), options),
                    folder.resolve("model"));
        }
    },

    /** {@link DetectorNetwork} on scenes of one item. */
    DETECTOR("detector") {
        @Override
        String plan() {
            return planOf(
                    "model",
                    "detection",
                    "{npz: train.npz, keys: {images: images}}",
                    "{folder: test, coco: test/boxes.json}",
                    GREY);
        }

        @Override
        void make(Path folder) throws IOException {
            var train = Scenes.compose(fashion("train"), 1, 6000, 1);
            train.writeMiddles(folder.resolve("train.npz"));
            Scenes.compose(fashion("test"), 1, 1000, 2).writeBoxes(folder.resolve("test"));
            var plan = PlanReader.read(plan());
            var options = options(16).toBuilder().batchNorm(Training.BatchNorm.TRAINED).build();
            SavedModelWriter.write(
                    DetectorNetwork.trained(train, plan.input(), options, SEED),
                    folder.resolve("model"));
        }
    },

    /** {@link BenchmarkNetworks#regression} on scenes of one item. */
    REGRESSION("regression") {
        @Override
        String plan() {
            return planOf("model", "regression", npz("train"), npz("test"), GREY);
        }

        @Override
        void make(Path folder) throws IOException {
            Scenes.compose(fashion("train"), 1, 6000, 1).writeMiddles(folder.resolve("train.npz"));
            Scenes.compose(fashion("test"), 1, 1000, 2).writeMiddles(folder.resolve("test.npz"));
            train(folder, BenchmarkNetworks.regression(SEED), 16);
        }
    };

    private static final Path SHARED =
            Path.of(System.getProperty("pitlane.shared", "../shared")).toAbsolutePath().normalize();
    private static final Path FASHION =
            Path.of(System.getProperty("pitlane.root")).resolve("examples/fashion-mnist");
    private static final String GREY = "{channels: grey, scale: 0.00392156862745098}";
    private static final long SEED = 17;

    private final String label;

    BenchmarkModel(String label) {
        this.label = label;
    }

    /**
     * Those of some models that {@code pitlane.benchmark.models} names; all where it is not set.
     */
    public static Stream<BenchmarkModel> wanted(BenchmarkModel... models) {
        var wanted = System.getProperty("pitlane.benchmark.models", "");
        return Arrays.stream(models)
                .filter(
                        m ->
                                wanted.isEmpty()
                                        || Arrays.asList(wanted.split(",")).contains(m.label()));
    }

    /** Its name in tables and its folder's. */
    public String label() {
        return label;
    }

    /** The plan's text up to its steps. */
    abstract String plan();

    /** Makes data and model in a folder. */
    void make(Path folder) throws IOException {}

    /** Whether what is not part of this project is there. */
    public boolean isAvailable() {
        return true;
    }

    /** Writes the folder's content, unless it is complete. */
    public void makeIfMissing(Path folder) throws IOException {
        var plan = folder.resolve("plan.yaml");
        if (!Files.exists(plan)) {
            Files.createDirectories(folder);
            make(folder);
            Files.writeString(plan, plan());
        }
    }

    /** The same function with channels of very different size in every block. */
    static FlatGraph unbalanced(FlatGraph residual) {
        var graph = residual;
        for (var block : List.of("block1", "block2", "block3")) {
            graph =
                    UnbalancedChannels.between(
                            graph,
                            block + "/conv1/kernel",
                            block + "/conv1/bias/bias",
                            block + "/conv2/kernel",
                            SEED);
        }
        return graph;
    }

    void train(Path folder, FlatGraph untrained, int epochs) {
        SavedModelWriter.write(
                trained(folder, untrained, options(epochs)), folder.resolve("model"));
    }

    Training options(int epochs) {
        return Training.builder().epochs(epochs).learningRate(0.002).batchSize(64).build();
    }

    FlatGraph trained(Path folder, FlatGraph untrained, Training options) {
        var plan = PlanReader.read(plan());
        var images = ImageSources.open(plan.data().train(), folder);
        var loss = new TaskLosses(plan.task(), images, options).labels(untrained, 1).stream();
        return new Trainer(untrained, loss.toList(), options, SEED)
                .run(
                        images,
                        Preprocessor.of(plan.input(), untrained.signature().inputs().get(0)),
                        TrainingListener.NONE)
                .graph();
    }

    String planOf(String model, String task, String train, String test, String input) {
        return """
                name: %s
                model: %s
                task: %s
                data:
                  train: %s
                  test: %s
                input: %s
                seed: %d
                """
                .formatted(label, model, task, train, test, input, SEED);
    }

    static String npz(String part) {
        return "{npz: %s.npz}".formatted(part);
    }

    static String idx(Path folder, String part, String type) {
        return "{images: %1$s/%2$s-images-%3$s-ubyte.gz, labels: %1$s/%2$s-labels-idx1-ubyte.gz}"
                .formatted(folder, part, type);
    }

    static ImageSet fashion(String part) {
        return ImageSources.open(
                new DataSource.Idx(part + "-images-idx3-ubyte.gz", part + "-labels-idx1-ubyte.gz"),
                FASHION);
    }
}
