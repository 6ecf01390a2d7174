package io.pitlane.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The gateway as it is delivered; it needs no broker to refuse to start. */
class OpenDoorIT {

    @Test
    void aGatewayWithoutKeysEndsAtOnceWhereOthersCouldReachIt() throws Exception {
        // When
        var gateway = start("-Dquarkus.http.host=0.0.0.0");

        // Then
        assertThat(outputOfFailedStart(gateway))
                .contains("The gateway would listen on 0.0.0.0")
                .contains("PITLANE_SECURITY_API_KEYS=name:key")
                .doesNotContain("Listening on");
    }

    @Test
    void aGatewayThatWouldAcceptEveryTokenOfItsProviderEndsAtOnce() throws Exception {
        // When
        var gateway = start("-Dquarkus.oidc.auth-server-url=http://127.0.0.1:1/realm");

        // Then
        assertThat(outputOfFailedStart(gateway))
                .contains("every token of its OpenID Connect provider")
                .contains("QUARKUS_OIDC_TOKEN_AUDIENCE")
                .contains("PITLANE_SECURITY_ROLE")
                .doesNotContain("Listening on");
    }

    private static Process start(String setting) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dquarkus.http.port=0",
                        "-Dkafka.bootstrap.servers=127.0.0.1:1",
                        setting,
                        "-jar",
                        Path.of("target", "quarkus-app", "quarkus-run.jar").toString())
                .redirectErrorStream(true)
                .start();
    }

    private static String outputOfFailedStart(Process gateway) throws Exception {
        var output = new String(gateway.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(gateway.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(gateway.exitValue()).isNotZero();
        return output;
    }
}
