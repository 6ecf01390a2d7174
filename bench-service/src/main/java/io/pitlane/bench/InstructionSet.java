package io.pitlane.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Instruction sets of x86-64 by oneDNN's names, the older first, each with the flags of {@code
 * /proc/cpuinfo} that it needs beside those of the sets it extends.
 */
enum InstructionSet {
    SSE41("sse4_1"),
    AVX("avx"),
    AVX2("avx2"),
    AVX2_VNNI("avx2", "avx_vnni"),
    AVX512_CORE("avx512f", "avx512bw", "avx512dq", "avx512vl"),
    AVX512_CORE_VNNI("avx512f", "avx512_vnni"),
    AVX512_CORE_BF16("avx512f", "avx512_vnni", "avx512_bf16"),
    AVX512_CORE_FP16("avx512f", "avx512_vnni", "avx512_bf16", "avx512_fp16"),
    AVX512_CORE_AMX("avx512_fp16", "amx_tile", "amx_int8", "amx_bf16");

    private static final List<String> LIMITS = List.of("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA");

    private final List<String> flags;

    InstructionSet(String... flags) {
        this.flags = List.of(flags);
    }

    /**
     * The newest set that oneDNN may use.
     *
     * @param flags of the processor
     * @param limit the newest one allowed
     * @return nothing where the processor has none of them
     */
    static Optional<InstructionSet> newest(List<String> flags, InstructionSet limit) {
        return Arrays.stream(values())
                .filter(set -> set.compareTo(limit) <= 0 && flags.containsAll(set.flags))
                .reduce((older, newer) -> newer);
    }

    /** Whether it multiplies numbers of bfloat16. */
    boolean hasBfloat16() {
        return compareTo(AVX512_CORE_BF16) >= 0;
    }

    /**
     * The limit that the user sets.
     *
     * @param environment of the process: oneDNN reads {@code ONEDNN_MAX_CPU_ISA}
     */
    static InstructionSet limit(Map<String, String> environment) {
        var given =
                LIMITS.stream()
                        .flatMap(name -> Stream.ofNullable(environment.get(name)))
                        .findFirst()
                        .map(name -> name.toUpperCase(Locale.ROOT));
        return Arrays.stream(values())
                .filter(set -> given.isPresent() && set.name().equals(given.get()))
                .findFirst()
                .orElse(AVX512_CORE_AMX);
    }
}
