package io.pitlane.pipeline.process;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of this process's environment that its children get: the settings of the machine and of
 * native libraries. Other variables, and options for every JVM, may hold passwords, which a child
 * that runs an untrusted model must not see.
 */
public final class ChildEnvironment {
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
     * Removes every other variable.
     *
     * @param more names that are kept as well
     */
    public static void keepHarmless(Map<String, String> environment, Collection<String> more) {
        environment.keySet().removeIf(name -> !isHarmless(name) && !more.contains(name));
    }

    private static boolean isHarmless(String name) {
        return NAMES.contains(name) || FAMILIES.stream().anyMatch(name::startsWith);
    }
}
