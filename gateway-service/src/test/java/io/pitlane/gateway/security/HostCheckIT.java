package io.pitlane.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.gateway.Readiness;
import io.pitlane.kafka.quarkus.EmbeddedKafkaResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as a browser would send them whose page has another name for this machine. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class HostCheckIT {
    @TestHTTPResource("/")
    URI server;

    @BeforeEach
    void ready() {
        Readiness.await();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:1",
                "127.0.0.1:8080",
                "[::1]:8080",
                "models.example"
            })
    void aRequestToThisMachineIsServed(String host) throws IOException {
        assertThat(send("GET /api/runs HTTP/1.1\r\nHost: " + host + "\r\n"))
                .startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:8080", "127.0.0.1.evil.example"})
    void aRequestToAnotherNameIsRefused(String host) throws IOException {
        assertThat(send("GET /api/runs HTTP/1.1\r\nHost: " + host + "\r\n"))
                .startsWith("HTTP/1.1 403")
                .contains("is for the host '" + host.replaceFirst(":.*", "") + "'")
                .contains("pitlane.security.hosts");
    }

    @Test
    void anUploadForAnotherNameIsRefusedBeforeItIsReceived() throws IOException {
        try (var socket = new Socket(server.getHost(), server.getPort());
                var answer =
                        new BufferedReader(
                                new InputStreamReader(
                                        socket.getInputStream(), StandardCharsets.UTF_8))) {
            // When
            write(
                    socket,
                    "POST /api/artifacts?kind=model HTTP/1.1\r\nHost: evil.example\r\n"
                            + "Content-Type: application/gzip\r\n"
                            + "Content-Length: 100000000\r\n");

            // Then
            assertThat(answer.readLine()).startsWith("HTTP/1.1 403");
        }
    }

    @Test
    void healthIsForThisMachineOnlyToo() throws IOException {
        assertThat(send("GET /q/health/live HTTP/1.1\r\nHost: evil.example\r\n"))
                .startsWith("HTTP/1.1 403");
    }

    @Test
    void aRequestThatNamesNoHostIsRefused() throws IOException {
        assertThat(send("GET /api/runs HTTP/1.0\r\n"))
                .contains(" 403 ")
                .contains("The request names no host");
    }

    private String send(String head) throws IOException {
        try (var socket = new Socket(server.getHost(), server.getPort())) {
            write(socket, head);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void write(Socket socket, String head) throws IOException {
        socket.getOutputStream()
                .write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }
}
