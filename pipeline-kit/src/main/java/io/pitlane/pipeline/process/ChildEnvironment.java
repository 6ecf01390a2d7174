package io.pitlane.pipeline.process;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What of this process's environment its children get: what the machine and native libraries need
 * to be told. The rest may hold passwords, and whatever a model makes of a child, it must not find
 * them there; an option for every JVM may hold some, too.
 */
final class ChildEnvironment {
    private static final Set<String> NAMES =
            Set.of(
                    "PATH",
                    "HOME",
                    "USER",
                    "LOGNAME",
                    "LANG",
                    "LANGUAGE",
                    "TZ",
                    "TMPDIR",
                    "TMP",
                    "TEMP",
                    "LD_LIBRARY_PATH",
                    "LD_PRELOAD",
                    "DYLD_LIBRARY_PATH");

    private static final List<String> FAMILIES =
            List.of(
                    "LC_",
                    "TF_",
                    "TENSORFLOW_",
                    "XLA_",
                    "CUDA_",
                    "NVIDIA_",
                    "NCCL_",
                    "OMP_",
                    "KMP_",
                    "MKL_",
                    "DNNL_",
                    "ONEDNN_",
                    "DJL_",
                    "MALLOC_");

    private ChildEnvironment() {}

    /**
     * Takes everything else out.
     *
     * @param more names that are kept, too
     */
    static void keepHarmless(Map<String, String> environment, Collection<String> more) {
        environment.keySet().removeIf(name -> !isHarmless(name) && !more.contains(name));
    }

    private static boolean isHarmless(String name) {
        return NAMES.contains(name) || FAMILIES.stream().anyMatch(name::startsWith);
    }
}
