package io.pitlane.engines;

import io.pitlane.graph.natives.ProcessEnvironment;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.Loader;

/**
 * Prepares ONNX Runtime's native libraries before its first class is used.
 *
 * <p>It switches their telemetry off: version 1.29.0 would send usage data, and crashes where the
 * command line of the process is longer than 4 KiB, as class paths are.
 *
 * <p>It unpacks them into the folder where JavaCPP keeps those of TensorFlow and TFLite, once for
 * all processes. ONNX Runtime itself would unpack them anew for every process, and leave them
 * behind when that is killed.
 */
final class OnnxRuntimeNatives {
    /** System property of ONNX Runtime: the folder with its native libraries. */
    private static final String FOLDER = "onnxruntime.native.path";

    private static final String DISABLE_TELEMETRY = "ORT_DISABLE_TELEMETRY";

    private static final List<String> LIBRARIES = List.of("onnxruntime", "onnxruntime4j_jni");

    /** What the GPU build has besides. */
    private static final List<String> PROVIDERS =
            List.of("onnxruntime_providers_shared", "onnxruntime_providers_cuda");

    private OnnxRuntimeNatives() {}

    /** Unpacks nothing where the property names a folder already. */
    static void prepare() {
        if (System.getProperty(FOLDER) == null) {
            unpack();
        }
        ProcessEnvironment.setUnlessGiven(DISABLE_TELEMETRY, "1");
    }

    private static void unpack() {
        File folder = null;
        for (var library : LIBRARIES) {
            folder = unpack(library).getParentFile();
        }
        PROVIDERS.stream().filter(OnnxRuntimeNatives::isThere).forEach(OnnxRuntimeNatives::unpack);
        System.setProperty(FOLDER, folder.toString());
    }

    private static boolean isThere(String library) {
        return ai.onnxruntime.OrtSession.class.getResource(resource(library)) != null;
    }

    private static String resource(String library) {
        return "/ai/onnxruntime/native/" + platform() + "/" + System.mapLibraryName(library);
    }

    private static File unpack(String library) {
        var path = resource(library);
        try {
            var file = Loader.cacheResource(ai.onnxruntime.OrtSession.class, path);
            if (file == null) {
                throw new FileNotFoundException("its jar has no " + path);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The name that ONNX Runtime gives this system and processor. */
    private static String platform() {
        var system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        var processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        var os = system.contains("mac") ? "osx" : system.contains("win") ? "win" : "linux";
        return switch (processor) {
            case "amd64", "x86_64" -> os + "-x64";
            case "aarch64", "arm64" -> os + "-aarch64";
            default -> os + "-" + processor;
        };
    }
}
