package io.pitlane.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Tag("long")
@EnabledOnOs(OS.LINUX)
class LargeSegmenterIT {
    private static final int HEAP_MIB = 4096;
    private static final int NATIVE_MIB = 2048;

    /** Libraries, threads and code of a JVM with TensorFlow. */
    private static final int REST_MIB = 768;

    private static final Pattern RESULT =
            Pattern.compile(
                    "steps (\\d+), batch (\\d+), micro-batch (\\d+), peak (\\d+) MiB beside the heap");

    @Test
    void theDefaultsFineTuneASegmenterOf512x512And60ClassesWithAHeapOf4GiB() throws IOException {
        var output = program(64);

        var result = RESULT.matcher(output);
        assertThat(result.find()).as(output).isTrue();
        assertThat(Integer.parseInt(result.group(1))).isEqualTo(1);
        assertThat(Integer.parseInt(result.group(2))).isEqualTo(64);
        assertThat(Integer.parseInt(result.group(3))).isBetween(2, 4);
        assertThat(Integer.parseInt(result.group(4))).isLessThan(NATIVE_MIB + REST_MIB);
    }

    private static String program(int images) throws IOException {
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx" + HEAP_MIB + "m",
                                "-XX:+UseSerialGC",
                                "-Dpitlane.native-memory-mib=" + NATIVE_MIB,
                                "-cp",
                                System.getProperty("java.class.path"),
                                LargeSegmenterProgram.class.getName(),
                                String.valueOf(images))
                        .redirectErrorStream(true)
                        .start();
        try (var output = process.getInputStream()) {
            return new String(output.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
