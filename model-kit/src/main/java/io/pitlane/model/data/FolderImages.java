package io.pitlane.model.data;

import static io.pitlane.contract.FailureException.invalidInput;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;

/** Image files in one sub-folder a class; transparency is dropped. */
final class FolderImages {
    private static final List<String> ENDINGS = List.of(".png", ".jpg", ".jpeg", ".bmp", ".gif");
    private static final int LARGEST_SIDE = 16_384;

    private FolderImages() {}

    /** Reads every class folder, in the order of their names, numeric names by number. */
    static ImageSet read(Path folder) {
        var images = new ArrayList<Image>();
        var labels = new ArrayList<Integer>();
        var classes = list(folder, Files::isDirectory);
        if (classes.isEmpty()) {
            throw invalidInput(
                    "The folder " + folder + " has no sub-folders.",
                    "Put the images of each class into a sub-folder of its own.");
        }
        for (int label = 0; label < classes.size(); label++) {
            for (var file : list(classes.get(label), FolderImages::isImage)) {
                images.add(decode(file));
                labels.add(label);
            }
        }
        return ImageSet.of(images, labels.stream().mapToInt(i -> i).toArray());
    }

    private static List<Path> list(Path folder, Predicate<Path> wanted) {
        try (var entries = Files.list(folder)) {
            var found = entries.filter(wanted).toList();
            boolean numeric = found.stream().allMatch(path -> name(path).matches("\\d{1,18}"));
            return found.stream()
                    .sorted(
                            numeric
                                    ? Comparator.comparingLong(p -> Long.parseLong(name(p)))
                                    : Comparator.comparing(FolderImages::name))
                    .toList();
        } catch (IOException e) {
            throw invalidInput(
                    "There is no folder " + folder + ".", "Check the path under data in the plan.");
        }
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    private static boolean isImage(Path file) {
        var name = name(file).toLowerCase(Locale.ROOT);
        return ENDINGS.stream().anyMatch(name::endsWith) && Files.isRegularFile(file);
    }

    private static Image decode(Path file) {
        try (var in = new FileImageInputStream(file.toFile())) {
            var readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException("not a PNG, JPEG, BMP or GIF image");
            }
            var reader = readers.next();
            try {
                reader.setInput(in);
                requireBounded(reader);
                return pixelsOf(reader.read(0));
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) {
            throw invalidInput(
                    "The image %s cannot be read (%s).".formatted(file, e.getMessage()),
                    "Replace or remove the file.");
        }
    }

    private static void requireBounded(ImageReader reader) throws IOException {
        if (reader.getWidth(0) > LARGEST_SIDE || reader.getHeight(0) > LARGEST_SIDE) {
            throw new IOException("larger than " + LARGEST_SIDE + " pixels a side");
        }
    }

    private static Image pixelsOf(BufferedImage image) {
        boolean grey = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        return grey ? greyOf(image) : colourOf(image);
    }

    // The raster is read as it is: getRGB would apply a gamma curve to grey values.
    private static Image greyOf(BufferedImage image) {
        int height = image.getHeight();
        int width = image.getWidth();
        int brightest = (1 << image.getColorModel().getComponentSize(0)) - 1;
        int[] samples = image.getRaster().getSamples(0, 0, width, height, 0, (int[]) null);
        var pixels = new byte[samples.length];
        for (int i = 0; i < samples.length; i++) {
            pixels[i] = (byte) (samples[i] * 255L / brightest);
        }
        return new Image(height, width, 1, pixels);
    }

    private static Image colourOf(BufferedImage image) {
        int height = image.getHeight();
        int width = image.getWidth();
        int[] argb = image.getRGB(0, 0, width, height, null, 0, width);
        var pixels = new byte[argb.length * 3];
        for (int i = 0; i < argb.length; i++) {
            pixels[i * 3] = (byte) (argb[i] >> 16);
            pixels[i * 3 + 1] = (byte) (argb[i] >> 8);
            pixels[i * 3 + 2] = (byte) argb[i];
        }
        return new Image(height, width, 3, pixels);
    }
}
