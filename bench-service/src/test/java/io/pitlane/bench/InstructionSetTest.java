package io.pitlane.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstructionSetTest {
    private static final List<String> COOPER_LAKE =
            List.of("avx", "avx2", "avx512f", "avx512_vnni", "avx512_bf16");

    @ParameterizedTest
    @CsvSource({
        "AVX512_CORE_AMX, true",
        "avx512_core_bf16, true",
        "AVX512_CORE_VNNI, false",
        "AVX2, false"
    })
    void bfloat16NeedsAProcessorAndALimitThatHaveIt(String limit, boolean expected) {
        var allowed = InstructionSet.limit(Map.of("ONEDNN_MAX_CPU_ISA", limit));
        assertThat(
                        InstructionSet.newest(COOPER_LAKE, allowed)
                                .filter(InstructionSet::hasBfloat16)
                                .isPresent())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "avx512f avx512_vnni avx512_bf16, true, ",
        "avx512f avx512_vnni, true, the processor has no instructions for bfloat16",
        "asimd bf16, true, the processor has no instructions for bfloat16",
        "avx512f avx512_vnni avx512_bf16, false, 'oneDNN, which has the kernels of bfloat16, is turned off'"
    })
    void whyBfloat16IsSimulatedIsSaid(String flags, boolean usesOneDnn, String reason) {
        var newest =
                InstructionSet.newest(List.of(flags.split(" ")), InstructionSet.limit(Map.of()));
        assertThat(EngineAvailability.withoutBfloat16(newest, usesOneDnn))
                .isEqualTo(Optional.ofNullable(reason));
    }
}
