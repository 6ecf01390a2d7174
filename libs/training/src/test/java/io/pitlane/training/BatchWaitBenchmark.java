package io.pitlane.training;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.training.Training;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.data.batch.Batch;
import io.pitlane.data.batch.Batches;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.training.loss.TaskLosses;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/**
 * Measures the share of time that training waits for batches: prepared in the training thread, and
 * prefetched by other threads. Each source is opened again for each, and epochs alternate.
 *
 * <pre>{@code
 * BatchWaitBenchmark MODEL DATA WORK_FOLDER IMAGES PASSES SIDE...
 * }</pre>
 */
public final class BatchWaitBenchmark {
    private static final int BATCH = 64;
    private static final InputSpec INPUT = InputSpec.builder().resize(List.of(30, 30)).build();

    private BatchWaitBenchmark() {}

    /** Seconds of one epoch, and seconds spent waiting for a batch. */
    private record Pass(double seconds, double waiting, int images) {}

    /** A source, opened for each epoch. */
    private interface Opening {
        ImageSet open();
    }

    /**
     * Measures.
     *
     * @param arguments a SavedModel that takes 30x30; the folder of GTSRB's idx files; a folder to
     *     put PNGs into; how many images; how often; heights and widths of PNGs, 0 for idx
     */
    public static void main(String[] arguments) throws IOException {
        var data = Path.of(arguments[1]);
        var idx = new DataSource.Idx("train-images-idx4-ubyte.gz", "train-labels-idx1-ubyte.gz");
        int[] chosen = IntStream.range(0, Integer.parseInt(arguments[3])).toArray();
        Opening small = () -> ImageSources.open(idx, data).subset(chosen);
        int passes = Integer.parseInt(arguments[4]);
        for (int i = 5; i < arguments.length; i++) {
            int side = Integer.parseInt(arguments[i]);
            var folder = Path.of(arguments[2]).resolve("png-" + side);
            if (side > 0) {
                write(small.open(), folder, side);
            }
            var png = new DataSource.Folder(".");
            measure(
                    Path.of(arguments[0]),
                    side == 0 ? "idx 32x32" : "PNG %dx%d".formatted(side, side),
                    side == 0 ? small : () -> ImageSources.open(png, folder),
                    passes);
        }
    }

    private static void measure(Path model, String name, Opening source, int passes) {
        var graph = SavedModelReader.read(model);
        var images = source.open();
        var losses = new TaskLosses(Task.CLASSIFICATION, images, Training.DEFAULT).labels(graph, 1);
        var input = Preprocessor.of(INPUT, graph.signature().inputs().get(0));
        try (var training =
                new TrainingGraph(
                        graph, INPUT, losses.stream().toList(), Training.DEFAULT, Map.of())) {
            pass(training, source.open(), input, false);
            for (int i = 0; i < passes; i++) {
                print(name, "own thread, read  ", pass(training, source.open(), input, false));
                var ahead = source.open();
                print(name, "made ahead, read  ", pass(training, ahead, input, true));
                print(name, "made ahead, kept  ", pass(training, ahead, input, true));
            }
        }
    }

    private static Pass pass(
            TrainingGraph training, ImageSet images, Preprocessor input, boolean isAhead) {
        return isAhead ? ahead(training, images, input) : inline(training, images, input);
    }

    private static Pass ahead(TrainingGraph training, ImageSet images, Preprocessor input) {
        long start = System.nanoTime();
        try (var batches = new Batches(images, input, BATCH).shuffled(1)) {
            for (var batch = batches.next(); batch != null; batch = batches.next()) {
                training.step(batch, 1e-4, 0, 1);
            }
            return new Pass(
                    (System.nanoTime() - start) / 1e9,
                    batches.waitTime().toNanos() / 1e9,
                    images.size());
        }
    }

    private static Pass inline(TrainingGraph training, ImageSet images, Preprocessor input) {
        int[] order = new Random(1).ints(images.size(), 0, images.size()).toArray();
        long start = System.nanoTime();
        long waiting = 0;
        for (int from = 0; from < order.length; from += BATCH) {
            long asked = System.nanoTime();
            int[] chosen = Arrays.copyOfRange(order, from, Math.min(from + BATCH, order.length));
            var batch = new Batch(input.batch(images, chosen), chosen, chosen.length);
            waiting += System.nanoTime() - asked;
            training.step(batch, 1e-4, 0, 1);
        }
        return new Pass((System.nanoTime() - start) / 1e9, waiting / 1e9, images.size());
    }

    private static void print(String source, String how, Pass pass) {
        System.out.printf(
                "%-12s %s %5.1f %% waiting, %6.0f images/s%n",
                source, how, 100 * pass.waiting() / pass.seconds(), pass.images() / pass.seconds());
    }

    private static void write(ImageSet images, Path folder, int side) throws IOException {
        int[] labels = images.labels().orElseThrow();
        for (int i = 0; i < images.size(); i++) {
            var file = folder.resolve("%d/%05d.png".formatted(labels[i], i));
            if (!Files.exists(file)) {
                Files.createDirectories(file.getParent());
                ImageIO.write(enlarged(images.image(i), side), "png", file.toFile());
            }
        }
    }

    private static BufferedImage enlarged(Image image, int side) {
        var small = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        for (int p = 0; p < image.width() * image.height(); p++) {
            int rgb = 0;
            for (int c = 0; c < 3; c++) {
                rgb = rgb << 8 | image.pixels()[p * 3 + c] & 0xff;
            }
            small.setRGB(p % image.width(), p / image.width(), rgb);
        }
        var large = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        var graphics = large.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(small, 0, 0, side, side, null);
        graphics.dispose();
        return large;
    }
}
