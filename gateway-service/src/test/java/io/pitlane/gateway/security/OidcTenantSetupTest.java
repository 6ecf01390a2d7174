package io.pitlane.gateway.security;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OidcTenantSetupTest {
    private static final Optional<String> PROVIDER = Optional.of("https://login.example");

    @ParameterizedTest
    @CsvSource({",", ", any"})
    void aProviderWithoutAudienceOrRoleStopsTheStart(String role, String audience) {
        assertThatThrownBy(() -> start(role, audience))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("quarkus.oidc.token.audience")
                .hasMessageContaining("pitlane.security.role");
    }

    @ParameterizedTest
    @CsvSource({
        ", pitlane",
        "model-optimiser,",
        "model-optimiser, any",
        "model-optimiser, pitlane"
    })
    void anAudienceOrARoleIsEnough(String role, String audience) {
        assertThatCode(() -> start(role, audience)).doesNotThrowAnyException();
    }

    @Test
    void readersWithoutOthersStopTheStart() {
        assertThatThrownBy(() -> start(null, "viewer", "pitlane"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("pitlane.security.reader-role")
                .hasMessageContaining("PITLANE_SECURITY_ROLE");
        assertThatCode(() -> start("operator", "viewer", "pitlane")).doesNotThrowAnyException();
    }

    private static void start(String role, String audience) {
        start(role, null, audience);
    }

    private static void start(String role, String readerRole, String audience) {
        var keys = new ApiKeys(List.of(), Optional.empty());
        var schemes = new AuthenticationSchemes(keys, PROVIDER, Optional.empty());
        new OidcTenantSetup(
                        schemes,
                        Optional.ofNullable(role),
                        Optional.ofNullable(readerRole),
                        Stream.ofNullable(audience).toList())
                .start(null);
    }
}
