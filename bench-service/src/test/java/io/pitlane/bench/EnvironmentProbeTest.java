package io.pitlane.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pitlane.engines.Processor;
import io.pitlane.graph.natives.TensorFlowRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentProbeTest {
    @TempDir Path proc;

    @Test
    void anX86ProcessorIsReportedWithItsKernelFlags() throws IOException {
        // Given
        write(
                "cpuinfo",
                """
                processor\t: 0
                model name\t: Intel(R) Xeon(R) Platinum 8480+
                flags\t\t: fpu vme avx2 avx512f avx512_vnni fma ssse3 amx_int8
                processor\t: 1
                model name\t: another
                """);

        // When
        var processor = Processor.read(proc.resolve("cpuinfo"));

        // Then
        assertThat(processor)
                .isEqualTo(
                        new Processor(
                                "Intel(R) Xeon(R) Platinum 8480+",
                                List.of("amx_int8", "avx2", "avx512_vnni", "avx512f", "fma")));
    }

    @Test
    void anArmProcessorIsReportedByImplementerAndPart() throws IOException {
        write(
                "cpuinfo",
                """
                processor\t: 0
                Features\t: fp asimd aes asimddp i8mm
                CPU implementer\t: 0x41
                CPU part\t: 0xd40
                """);

        var processor = Processor.read(proc.resolve("cpuinfo"));

        assertThat(processor.name()).endsWith("(implementer 0x41, part 0xd40)");
        assertThat(processor.flags()).containsExactly("asimd", "asimddp", "i8mm");
    }

    @Test
    void withoutCpuinfoOnlyTheArchitectureIsReported() {
        var processor = Processor.read(proc.resolve("cpuinfo"));

        assertThat(processor.name()).isEqualTo(System.getProperty("os.arch"));
        assertThat(processor.flags()).isEmpty();
    }

    @Test
    void theEnvironmentHasTheVersionsOfEverythingThatRan() {
        var environment = new EnvironmentProbe().probe();

        assertThat(environment.tensorflow()).matches("2\\.\\d+\\.\\d+.*");
        assertThat(environment.oneDnn()).isEqualTo(TensorFlowRuntime.usesOneDnn());
        assertThat(environment.java()).startsWith(String.valueOf(Runtime.version().feature()));
        assertThat(environment.os()).contains(System.getProperty("os.arch"));
        assertThat(environment.cpu()).isNotBlank();
    }

    @Test
    void peakMemoryRisesWithUseAndFallsAtARestart() {
        // Given
        TensorFlowRuntime.load();
        var memory = new PeakMemory();
        assumeTrue(memory.restart(), "this system does not reset VmHWM");
        long before = memory.bytes();
        try (var block = new BytePointer(768L << 20)) {
            Pointer.memset(block, 1, block.capacity());
        }

        // When
        long highest = memory.bytes();
        memory.restart();

        // Then
        assertThat(highest - before).isBetween(512L << 20, 1024L << 20);
        assertThat(memory.bytes()).isLessThan(highest - (512L << 20));
    }

    @Test
    void withoutSystemSupportThePeakIsUnknown() {
        var memory = new PeakMemory(proc.resolve("absent"));

        assertThat(memory.restart()).isFalse();
        assertThat(memory.bytes()).isEqualTo(PeakMemory.UNKNOWN);
    }

    @Test
    void theInstructionSetIsTheNewestThatTheProcessorHasAndTheUserAllows() {
        var flags =
                List.of(
                        "sse4_1",
                        "avx",
                        "avx2",
                        "avx512f",
                        "avx512bw",
                        "avx512dq",
                        "avx512vl",
                        "avx512_vnni");
        var unlimited = InstructionSet.limit(Map.of());
        var limited = InstructionSet.limit(Map.of("ONEDNN_MAX_CPU_ISA", "avx2"));

        assertThat(InstructionSet.newest(flags, unlimited))
                .contains(InstructionSet.AVX512_CORE_VNNI);
        assertThat(InstructionSet.newest(flags, limited)).contains(InstructionSet.AVX2);
        assertThat(InstructionSet.newest(List.of("asimd"), unlimited)).isEmpty();
    }

    private void write(String name, String content) throws IOException {
        var file = proc.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
