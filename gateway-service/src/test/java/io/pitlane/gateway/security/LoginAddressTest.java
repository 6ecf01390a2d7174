package io.pitlane.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoginAddressTest {

    @Test
    void theFormLeadsBackToThePage() {
        assertThat(LoginAddress.before("/runs?plan=a&status=failed"))
                .isEqualTo("/login?to=%2Fruns%3Fplan%3Da%26status%3Dfailed");
        assertThat(LoginAddress.own("/runs/1")).isEqualTo("/runs/1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "//elsewhere.example",
                "/\\elsewhere.example",
                "https://elsewhere.example",
                "javascript:alert(1)",
                "/runs\r\nSet-Cookie: a=b"
            })
    void theFormLeadsToNoOtherHost(String address) {
        assertThat(LoginAddress.own(address)).isEqualTo("/runs");
    }
}
