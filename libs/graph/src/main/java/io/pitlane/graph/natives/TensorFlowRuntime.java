package io.pitlane.graph.natives;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.ConfigProto;

/**
 * TensorFlow's native library, one for TF-Java and DJL in this JVM.
 *
 * <p>DJL looks for natives of its own and would try to download them; {@link #load()} must
 * therefore come before the first use of either.
 *
 * <p>This is also the one place that selects TensorFlow's kernels, for every process that loads it:
 * oneDNN's, unless the user's environment sets otherwise. TensorFlow's own default depends on the
 * processor: off without VNNI, where training would be slower and a float original timed without
 * oneDNN would flatter every model that is compared with it.
 */
public final class TensorFlowRuntime {
    /** Environment variable: whether TensorFlow runs oneDNN's kernels. */
    private static final String ONE_DNN = "TF_ENABLE_ONEDNN_OPTS";

    /**
     * Environment variable: whether each session has threads of its own, as many as its
     * configuration says. Else the first session's number would hold for all.
     */
    private static final String POOL_PER_SESSION = "TF_OVERRIDE_GLOBAL_THREADPOOL";

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
     * Whether TensorFlow is set to run oneDNN's kernels: environment variable {@code
     * TF_ENABLE_ONEDNN_OPTS}, or yes.
     */
    public static boolean usesOneDnn() {
        var given = System.getenv(ONE_DNN);
        return given == null
                || !Set.of("0", "false").contains(given.strip().toLowerCase(Locale.ROOT));
    }

    /**
     * Threads of a session, unless it is given others: system property {@code pitlane.threads}, or
     * every processor.
     */
    public static int threads() {
        return Integer.getInteger("pitlane.threads", Runtime.getRuntime().availableProcessors());
    }

    /** The configuration of a session with {@link #threads()}. */
    public static ConfigProto sessionConfig() {
        return sessionConfig(threads());
    }

    /**
     * The configuration of a session.
     *
     * @param threads that compute one operation, in a pool of the session's own
     */
    public static ConfigProto sessionConfig(int threads) {
        load();
        return config(threads);
    }

    /**
     * Gives memory that closed sessions have freed back to the system, where its allocator keeps it
     * otherwise: for a process that opens large ones in turn.
     */
    public static void releaseMemory() {
        Pointer.trimMemory();
    }

    private static ConfigProto config(int threads) {
        return ConfigProto.newBuilder()
                .setIntraOpParallelismThreads(threads)
                .setInterOpParallelismThreads(1)
                .build();
    }

    private static final class Loaded {
        static final Path LIBRARY_FOLDER = locate();

        private static Path locate() {
            NativeLibraries.folder().ifPresent(Loaded::requireTensorFlow);
            NativeLibraries.usePrepared();
            ProcessEnvironment.setUnlessGiven(ONE_DNN, "1");
            ProcessEnvironment.setUnlessGiven(POOL_PER_SESSION, "1");
            var library = Loader.load(org.tensorflow.internal.c_api.global.tensorflow.class);
            var folder = Path.of(library).getParent();
            System.setProperty(NativeLibraries.FOLDER, folder.toString());
            claimThreads();
            return folder;
        }

        private static void requireTensorFlow(Path folder) {
            var library = folder.resolve(System.mapLibraryName("jnitensorflow"));
            if (!Files.isReadable(library)) {
                throw new IllegalStateException(
                        "There is no "
                                + library
                                + ": "
                                + NativeLibraries.FOLDER
                                + " must name the folder with TensorFlow's natives, or not be set.");
            }
        }

        private static void claimThreads() {
            try (var graph = new Graph();
                    var session = new Session(graph, config(threads()))) {
                session.initialize();
            }
        }
    }
}
