package io.pitlane.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackBindCheckTest {
    private static final ApiKeys NO_KEYS = new ApiKeys(List.of(), Optional.empty());
    private static final ApiKeys KEYS =
            new ApiKeys(List.of("ci:0123456789abcdef0123456789abcdef"), Optional.empty());

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1", "localhost"})
    void onLoopbackNoAuthenticationIsNeeded(String host) {
        assertThatCode(() -> check(NO_KEYS, Optional.empty(), host)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "no.such.host.invalid"})
    void onOtherAddressesAGatewayWithoutAuthenticationDoesNotStart(String host) {
        assertThatThrownBy(() -> check(NO_KEYS, Optional.empty(), host))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(host)
                .hasMessageContaining("pitlane.security.api-keys")
                .hasMessageContaining("quarkus.oidc.auth-server-url")
                .hasMessageContaining("127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "127.0.0.1"})
    void withAuthenticationAnyAddressIsAllowed(String host) {
        assertThatCode(() -> check(KEYS, Optional.empty(), host)).doesNotThrowAnyException();
        assertThatCode(() -> check(NO_KEYS, Optional.of("https://login.example"), host))
                .doesNotThrowAnyException();
        assertThat(schemes(NO_KEYS, Optional.empty()).required()).isFalse();
    }

    private static void check(ApiKeys keys, Optional<String> issuer, String host) {
        new LoopbackBindCheck(schemes(keys, issuer), host).check(new StartupEvent());
    }

    private static AuthenticationSchemes schemes(ApiKeys keys, Optional<String> issuer) {
        return new AuthenticationSchemes(keys, issuer, Optional.empty());
    }
}
