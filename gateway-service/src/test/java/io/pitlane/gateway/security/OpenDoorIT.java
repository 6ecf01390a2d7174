package io.pitlane.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The gateway as it is delivered; it needs no broker to refuse to start. */
class OpenDoorIT {

    @Test
    void aGatewayWithoutKeysEndsAtOnceWhereOthersCouldReachIt() throws Exception {
        // When
        var gateway =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Dquarkus.http.host=0.0.0.0",
                                "-Dquarkus.http.port=0",
                                "-Dkafka.bootstrap.servers=127.0.0.1:1",
                                "-jar",
                                Path.of("target", "quarkus-app", "quarkus-run.jar").toString())
                        .redirectErrorStream(true)
                        .start();
        var said = new String(gateway.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // Then
        assertThat(gateway.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(gateway.exitValue()).isNotZero();
        assertThat(said)
                .contains("The gateway would listen on 0.0.0.0")
                .contains("PITLANE_SECURITY_API_KEYS=name:key")
                .doesNotContain("Listening on");
    }
}
