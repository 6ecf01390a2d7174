package io.pitlane.engines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The CPU, as Linux describes it in {@code /proc/cpuinfo}; on other systems only its architecture.
 *
 * @param name model name
 * @param flags instruction sets that decide which kernels TensorFlow runs, sorted
 */
public record Processor(String name, List<String> flags) {
    private static final Set<String> KERNEL_FLAGS =
            Set.of(
                    "sse4_1",
                    "sse4_2",
                    "avx",
                    "f16c",
                    "fma",
                    "avx2",
                    "avx_vnni",
                    "avx512f",
                    "avx512bw",
                    "avx512dq",
                    "avx512vl",
                    "avx512_vnni",
                    "avx512_bf16",
                    "avx512_fp16",
                    "amx_tile",
                    "amx_int8",
                    "amx_bf16",
                    "asimd",
                    "asimdhp",
                    "asimddp",
                    "i8mm",
                    "bf16",
                    "sve",
                    "sve2");

    /** The CPU of this machine. */
    public static Processor ofMachine() {
        return read(Path.of("/proc/cpuinfo"));
    }

    /** Reads the first CPU of a {@code cpuinfo} file; all are alike. */
    public static Processor read(Path cpuinfo) {
        Map<String, String> fields;
        try {
            fields = fields(Files.readAllLines(cpuinfo));
        } catch (IOException e) {
            fields = Map.of();
        }
        // x86 lists "flags" and a model name, ARM "Features" and the numbers of implementer and
        // part.
        var flags = fields.getOrDefault("flags", fields.getOrDefault("Features", ""));
        return new Processor(
                name(fields),
                Arrays.stream(flags.split("\\s+"))
                        .filter(KERNEL_FLAGS::contains)
                        .sorted()
                        .toList());
    }

    private static Map<String, String> fields(List<String> lines) {
        var fields = new HashMap<String, String>();
        for (var line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.putIfAbsent(
                        line.substring(0, colon).strip(), line.substring(colon + 1).strip());
            }
        }
        return fields;
    }

    private static String name(Map<String, String> fields) {
        var architecture = System.getProperty("os.arch");
        if (fields.containsKey("model name")) {
            return fields.get("model name");
        }
        return fields.containsKey("CPU part")
                ? "%s (implementer %s, part %s)"
                        .formatted(
                                architecture, fields.get("CPU implementer"), fields.get("CPU part"))
                : architecture;
    }
}
