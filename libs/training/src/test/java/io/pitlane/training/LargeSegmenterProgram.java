package io.pitlane.training;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.data.Annotations;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.data.Mask;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.SampleNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;

/**
 * Fine-tunes a U-Net of 60 classes for images of 512x512 with the default options, for one epoch; a
 * program for a JVM with a small heap. Prints the steps, the micro-batch, and the peak memory of
 * the process beside the Java heap in MiB.
 */
final class LargeSegmenterProgram {
    private static final int SIDE = 512;
    private static final int CLASSES = 60;

    private LargeSegmenterProgram() {}

    public static void main(String[] arguments) throws IOException {
        var teacher = unet(1);
        var student = SampleGraphsTrainTest.perturbed(teacher);
        var images = stripes(Integer.parseInt(arguments[0]));
        var loss = DistillationLoss.builder().labels(1).softTargets(1).temperature(4).build();
        var training = Training.builder().epochs(1).build();
        var trained =
                new FineTuning(student, teacher, Task.SEGMENTATION, training, loss, 3)
                        .run(images, input(student), TrainingListener.NONE);
        System.out.printf(
                "steps %d, batch %d, micro-batch %d, peak %d MiB beside the heap%n",
                trained.steps(),
                trained.batch(),
                trained.microBatch(),
                peakMebibytes() - (Runtime.getRuntime().totalMemory() >> 20));
    }

    /** Three resolutions with skip connections. */
    private static FlatGraph unet(long seed) {
        var net = new SampleNetwork(seed);
        var image = net.input("image", -1, SIDE, SIDE, 3);
        var high = net.relu("r1", net.bias("b1", net.conv("c1", image, 3, 3, 8, 1), 8));
        var middle = net.conv("c2", net.pool("p1", high), 3, 8, 16, 1);
        middle = net.relu("r2", net.batchNorm("n2", middle, 16));
        var low = net.conv("c3", net.pool("p2", middle), 3, 16, 24, 1);
        low = net.relu("r3", net.batchNorm("n3", low, 24));
        var up = net.relu("r4", net.bias("b4", net.upConv("u1", low, 128, 128, 24, 16), 16));
        up = net.concat("skip1", up, middle);
        up = net.relu("r5", net.batchNorm("n5", net.conv("c5", up, 3, 32, 16, 1), 16));
        up = net.bias("b6", net.upConv("u2", up, 256, 256, 16, 8), 8);
        up = net.concat("skip2", up, high);
        up = net.bias("b7", net.conv("c7", up, 1, 16, CLASSES, 1), CLASSES);
        return net.output("mask", net.softmax("softmax", up), -1, SIDE, SIDE, CLASSES).build();
    }

    /** Noise in horizontal stripes of one class each; some pixels are ignored. */
    private static ImageSet stripes(int count) {
        var random = new Random(5);
        var images = new ArrayList<Image>();
        var masks = new ArrayList<Mask>();
        for (int i = 0; i < count; i++) {
            var pixels = new byte[SIDE * SIDE * 3];
            random.nextBytes(pixels);
            var classes = new byte[SIDE * SIDE];
            for (int p = 0; p < classes.length; p++) {
                classes[p] = (byte) (p % 7 == 0 ? Mask.IGNORE : (i + p / SIDE / 8) % CLASSES);
            }
            images.add(new Image(SIDE, SIDE, 3, pixels));
            masks.add(new Mask(SIDE, SIDE, classes));
        }
        return ImageSet.of(images, Annotations.Masks.of(masks));
    }

    private static Preprocessor input(FlatGraph graph) {
        var spec = InputSpec.builder().channels(InputSpec.Channels.RGB).scale(1 / 255.0).build();
        return Preprocessor.of(spec, graph.signature().inputs().get(0));
    }

    private static long peakMebibytes() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                    .findFirst()
                    .orElseThrow();
        }
    }
}
