package io.pitlane.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvailableMemoryTest {
    @TempDir Path folder;
    private AvailableMemory memory;

    @BeforeEach
    void aMachineWithEightMegabytes() throws IOException {
        write("proc/meminfo", "MemTotal:  16000 kB\nMemFree:  100 kB\nMemAvailable:    8000 kB\n");
        memory = new AvailableMemory(folder.resolve("proc"), folder.resolve("cgroup"));
    }

    @Test
    void withoutLimitsItIsWhatTheMachineHas() throws IOException {
        write("proc/self/cgroup", "0::/user.slice\n");
        write("cgroup/user.slice/memory.max", "max\n");
        write("cgroup/user.slice/memory.current", "5000\n");

        assertThat(memory.bytes()).hasValue(8000 * 1024);
    }

    @Test
    void theLimitOfAGroupAboveCounts() throws IOException {
        // Given: the pod may use 6 MB, of which its containers use 4; 1 MB are unused files
        write("proc/self/cgroup", "0::/pod/container\n");
        write("cgroup/pod/memory.max", "6000000\n");
        write("cgroup/pod/memory.current", "4000000\n");
        write("cgroup/pod/memory.stat", "anon 3000000\ninactive_file 1000000\n");
        write("cgroup/pod/container/memory.max", "max\n");

        assertThat(memory.bytes()).hasValue(3_000_000);
    }

    @Test
    void aContainerThatSeesItsOwnGroupOnlyHasTheLimitThere() throws IOException {
        // Given: the path is that of the host
        write("proc/self/cgroup", "0::/kubepods/burstable/pod1\n");
        write("cgroup/memory.max", "2000000\n");
        write("cgroup/memory.current", "2500000\n");

        assertThat(memory.bytes()).hasValue(0);
    }

    @Test
    void limitsOfVersionOneCount() throws IOException {
        write("proc/self/cgroup", "5:cpu,cpuacct:/docker/1\n4:memory:/docker/1\n0::/\n");
        write("cgroup/memory/docker/1/memory.limit_in_bytes", "5000000\n");
        write("cgroup/memory/docker/1/memory.usage_in_bytes", "3000000\n");
        write("cgroup/memory/docker/1/memory.stat", "total_inactive_file 500000\n");
        write("cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        write("cgroup/memory/memory.usage_in_bytes", "6000000\n");

        assertThat(memory.bytes()).hasValue(2_500_000);
    }

    @Test
    void aSystemThatReportsNothingHasNoValue() {
        var absent = new AvailableMemory(folder.resolve("none"), folder.resolve("none"));

        assertThat(absent.bytes()).isEmpty();
    }

    private void write(String name, String content) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
