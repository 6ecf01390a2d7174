package io.pitlane.graph.savedmodel.inlining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipInputStream;

/**
 * SavedModels that real exporters wrote; {@code models/make_models.py} and {@code
 * models/make_architectures.py} make them.
 */
public final class RealModels {
    /** Every one that can be compressed. */
    public static final List<String> USABLE =
            List.of(
                    "keras2-residual",
                    "keras2-depthwise",
                    "keras2-unet",
                    "keras2-two-inputs",
                    "keras3-residual",
                    "keras3-depthwise",
                    "keras3-unet",
                    "keras3-two-inputs",
                    "tf1-reference-variables",
                    "tf1-fixed-batch",
                    "tf1-learning-phase",
                    "tf1-learning-phase-resources",
                    "tf1-learning-phase-if",
                    "keras2-any-size",
                    "keras2-attention",
                    "keras2-detector",
                    "keras2-grouped",
                    "keras2-mobile",
                    "keras2-pyramid",
                    "keras2-steering",
                    "keras2-swish",
                    "keras3-any-size",
                    "keras3-attention",
                    "keras3-detector",
                    "keras3-grouped",
                    "keras3-mobile",
                    "keras3-pyramid",
                    "keras3-steering",
                    "keras3-swish",
                    "module-atrous",
                    "module-channels-first",
                    "module-folding-conditions",
                    "module-mixture",
                    "module-shuffle",
                    "module-suppression",
                    "tf1-estimator",
                    "tf1-segmenter");

    private RealModels() {}

    /** Unpacks one into a folder. */
    public static Path unpack(String name, Path folder) throws IOException {
        var model = folder.resolve(name);
        try (var bytes = RealModels.class.getResourceAsStream("/models/" + name + ".zip");
                var zip = new ZipInputStream(bytes)) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                var file = model.resolve(entry.getName());
                Files.createDirectories(entry.isDirectory() ? file : file.getParent());
                if (!entry.isDirectory()) {
                    Files.copy(zip, file);
                }
            }
        }
        return model;
    }
}
