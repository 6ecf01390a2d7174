package io.pitlane.engines;

import io.pitlane.graph.natives.NativeLibraries;
import io.pitlane.graph.natives.ProcessEnvironment;
import java.io.File;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Prepares ONNX Runtime's native libraries before its first class is used.
 *
 * <p>It switches their telemetry off: version 1.29.0 would send usage data, and crashes where the
 * command line of the process is longer than 4 KiB, as class paths are.
 *
 * <p>It says where they are: ONNX Runtime itself would unpack them anew for every process, and
 * leave them behind when that is killed.
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

    /** Looks for nothing where the property names a folder already. */
    static void prepare() {
        if (System.getProperty(FOLDER) == null) {
            locate();
        }
        ProcessEnvironment.setUnlessGiven(DISABLE_TELEMETRY, "1");
    }

    private static void locate() {
        var files = LIBRARIES.stream().map(OnnxRuntimeNatives::required).toList();
        PROVIDERS.forEach(OnnxRuntimeNatives::file);
        System.setProperty(FOLDER, files.get(0).getParent());
    }

    private static File required(String library) {
        return file(library)
                .orElseThrow(
                        () -> new IllegalStateException("its jar has no " + resource(library)));
    }

    private static Optional<File> file(String library) {
        return NativeLibraries.file(ai.onnxruntime.OrtSession.class, resource(library));
    }

    private static String resource(String library) {
        return "/ai/onnxruntime/native/" + platform() + "/" + System.mapLibraryName(library);
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
