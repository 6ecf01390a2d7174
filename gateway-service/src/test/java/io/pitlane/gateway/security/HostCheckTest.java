package io.pitlane.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostCheckTest {

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LocalHost", "127.0.0.1", "127.8.9.10", "[::1]", "::1"})
    void aGatewayOnLoopbackAcceptsTheNamesOfLoopback(String host) {
        assertThat(new HostCheck(List.of(), "127.0.0.1").accepts(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "127.evil.example",
                "192.0.2.1",
                "[::2]",
                ""
            })
    void aGatewayOnLoopbackAcceptsNoOtherName(String host) {
        assertThat(new HostCheck(List.of(), "127.0.0.1").accepts(host)).isFalse();
    }

    @Test
    void aGatewayOnOtherAddressesAcceptsEveryName() {
        assertThat(new HostCheck(List.of(), "0.0.0.0").accepts("pitlane.example")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "127.0.0.1"})
    void whereNamesAreSetNoOthersAreAccepted(String listensOn) {
        var check = new HostCheck(List.of("Pitlane.example"), listensOn);

        assertThat(check.accepts("pitlane.example")).isTrue();
        assertThat(check.accepts("127.0.0.1")).isTrue();
        assertThat(check.accepts("evil.example")).isFalse();
        assertThat(check.accepts("10.evil.example")).isFalse();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"10.1.2.3", "[fd00::7]"})
    void probesNeedNoName(String host) {
        var hosts = List.of("pitlane.example");

        assertThat(new HostCheck(hosts, "0.0.0.0").accepts(host)).isTrue();
        assertThat(new HostCheck(hosts, "127.0.0.1").accepts(host)).isFalse();
    }
}
