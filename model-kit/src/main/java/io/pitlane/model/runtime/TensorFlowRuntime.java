package io.pitlane.model.runtime;

import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.ConfigProto;

/**
 * TensorFlow's native library, one for TF-Java and DJL in this JVM.
 *
 * <p>DJL looks for natives of its own and would try to download them, and the first session decides
 * how many threads every later one has; {@link #load()} must therefore come before the first use of
 * either.
 */
public final class TensorFlowRuntime {
    /** Environment variable: the folder with the natives where they are not in a jar. */
    private static final String LIBRARY_PATH = "TENSORFLOW_LIBRARY_PATH";

    private TensorFlowRuntime() {}

    /** Loads the library once; later calls do nothing. */
    public static void load() {
        Loaded.LIBRARY_FOLDER.toString();
    }

    /** TensorFlow's version, as {@code 2.18.0}. */
    public static String version() {
        load();
        return TensorFlow.version();
    }

    /**
     * Threads that TensorFlow may use: system property {@code pitlane.threads}, or every processor.
     * The pool is process-wide and the first session's setting wins, so it is one for the JVM.
     */
    public static int threads() {
        return Integer.getInteger("pitlane.threads", Runtime.getRuntime().availableProcessors());
    }

    /** What every session of this JVM is opened with. */
    public static ConfigProto sessionConfig() {
        load();
        return config();
    }

    private static ConfigProto config() {
        return ConfigProto.newBuilder()
                .setIntraOpParallelismThreads(threads())
                .setInterOpParallelismThreads(1)
                .build();
    }

    private static final class Loaded {
        static final Path LIBRARY_FOLDER = locate();

        private static Path locate() {
            var given = System.getenv(LIBRARY_PATH);
            if (given != null) {
                pointTo(Path.of(given));
            }
            var library = Loader.load(org.tensorflow.internal.c_api.global.tensorflow.class);
            var folder = Path.of(library).getParent();
            System.setProperty(LIBRARY_PATH, folder.toString());
            claimThreads();
            return folder;
        }

        /** A container image has the natives in a folder, and no jar to unpack them from. */
        private static void pointTo(Path folder) {
            var library = folder.resolve(System.mapLibraryName("jnitensorflow"));
            if (!Files.isReadable(library)) {
                throw new IllegalStateException(
                        "There is no "
                                + library
                                + ": "
                                + LIBRARY_PATH
                                + " must name the folder with TensorFlow's natives, or not be set.");
            }
            System.setProperty("org.bytedeco.javacpp.platform.linkpath", folder.toString());
            // By which DJL looks for a GPU; else it is unpacked into the user's home.
            System.setProperty("jna.boot.library.path", folder.toString());
        }

        private static void claimThreads() {
            try (var graph = new Graph();
                    var session = new Session(graph, config())) {
                session.initialize();
            }
        }
    }
}
