package io.pitlane.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuProbeTest {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NVIDIA H100 80GB HBM3, 570.86.15, Disabled, 4 | none seen",
                "NVIDIA H100 80GB HBM3, 570.86.15, Disabled, 1514 | other processes held 1514 MiB",
                "NVIDIA H100 80GB HBM3, 570.86.15, Enabled, [Insufficient Permissions] | MIG",
                "NVIDIA H100 80GB HBM3, 570.86.15, [N/A], [N/A] | unknown",
            })
    void theToolSaysWhichGpuDriverAndSharing(String line, String sharing) throws IOException {
        var probe = new GpuProbe(folder, Map.of(), tool("echo '" + line + "'"));

        assertThat(probe.describe())
                .isEqualTo(new Report.Gpu("NVIDIA H100 80GB HBM3", "570.86.15", sharing));
    }

    @ParameterizedTest
    @CsvSource({
        "CUDA_MPS_PIPE_DIRECTORY, /mps/nvidia.com/gpu/pipe, MPS",
        "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE, 50, MPS",
        "NVIDIA_VISIBLE_DEVICES, MIG-5f0e1c3a, MIG",
        "CUDA_VISIBLE_DEVICES, MIG-5f0e1c3a, MIG",
        "NVIDIA_VISIBLE_DEVICES, GPU-5f0e1c3a, none seen"
    })
    void theEnvironmentOfTheContainerSaysHowTheGpuIsShared(
            String variable, String value, String sharing) throws IOException {
        var tool = tool("echo 'NVIDIA L4, 550.54.14, Disabled, 0'");
        var probe = new GpuProbe(folder, Map.of(variable, value), tool);

        assertThat(probe.describe().sharing()).isEqualTo(sharing);
    }

    @Test
    void theFirstOfSeveralGpusIsReported() throws IOException {
        var tool = tool("echo 'NVIDIA L4, 550.1, Disabled, 0'; echo 'NVIDIA T4, 550.1, [N/A], 0'");

        assertThat(new GpuProbe(folder, Map.of(), tool).describe().name()).isEqualTo("NVIDIA L4");
    }

    @Test
    void withoutTheToolTheFilesOfTheDriverSayWhichGpu() throws IOException {
        // Given
        write(
                "driver/nvidia/gpus/0000:01:00.0/information",
                "Model: \t\t NVIDIA H200\nIRQ: \t 33\n");
        write(
                "driver/nvidia/version",
                "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.133.20  Release"
                        + " Build\nGCC version:  gcc version 12.3.0\n");

        // When
        var absent = new NvidiaSmi(folder.resolve("absent").toString());
        var failing = tool("echo 'No devices were found'; exit 6");

        // Then
        for (var tool : new NvidiaSmi[] {absent, failing}) {
            assertThat(new GpuProbe(folder, Map.of(), tool).describe())
                    .isEqualTo(new Report.Gpu("NVIDIA H200", "570.133.20", "unknown"));
        }
    }

    @Test
    void withoutToolAndFilesOnlyTheGpuIsKnown() {
        var absent = new NvidiaSmi(folder.resolve("absent").toString());

        assertThat(new GpuProbe(folder, Map.of(), absent).describe())
                .isEqualTo(new Report.Gpu("GPU", null, "unknown"));
    }

    /** A stand-in for the tool that accepts only the options of the real one. */
    private NvidiaSmi tool(String script) throws IOException {
        var file = folder.resolve("nvidia-smi");
        Files.writeString(
                file,
                """
                #!/bin/sh
                case "$1$2" in
                  --query-gpu=*--format=csv,noheader,nounits) ;;
                  *) exit 2 ;;
                esac
                %s
                """
                        .formatted(script));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return new NvidiaSmi(file.toString());
    }

    private void write(String name, String content) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
