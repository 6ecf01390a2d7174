package io.pitlane.gateway.security;

import io.pitlane.gateway.config.GatewayConfig;
import io.quarkus.oidc.Oidc;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Disables OpenID Connect when no provider is configured: it would not start without one. Stops the
 * start when every token of a provider would be accepted, or readers could not be told from others.
 */
@Singleton
class OidcTenantSetup {
    private static final String DEFAULT_TENANT = "Default";

    /** Quarkus skips the check of the audience for this one. */
    private static final String ANY_AUDIENCE = "any";

    private final AuthenticationSchemes schemes;
    private final boolean restricted;
    private final boolean readersOnly;

    @Inject
    OidcTenantSetup(
            AuthenticationSchemes schemes,
            GatewayConfig config,
            @ConfigProperty(name = "quarkus.oidc.token.audience") Optional<List<String>> audience) {
        this(
                schemes,
                config.security().role(),
                config.security().readerRole(),
                audience.orElse(List.of()));
    }

    OidcTenantSetup(
            AuthenticationSchemes schemes,
            Optional<String> role,
            Optional<String> readerRole,
            List<String> audience) {
        this.schemes = schemes;
        this.restricted =
                role.isPresent() || !audience.isEmpty() && !audience.contains(ANY_AUDIENCE);
        this.readersOnly = readerRole.isPresent() && role.isEmpty();
    }

    /** Runs before the provider is asked for its keys. */
    void start(@Observes Oidc oidc) {
        if (schemes.acceptsTokens()) {
            requireRestriction();
        } else {
            oidc.create(
                    OidcTenantConfig.builder()
                            .tenantId(DEFAULT_TENANT)
                            .tenantEnabled(false)
                            .build());
        }
    }

    private void requireRestriction() {
        if (readersOnly) {
            throw new ConfigurationException(
                    "pitlane.security.reader-role names the role of those who only read, but every"
                            + " token may change everything. Name the role of those who may with"
                            + " pitlane.security.role (PITLANE_SECURITY_ROLE).");
        }
        if (!restricted) {
            throw new ConfigurationException(
                    "The gateway would accept every token of its OpenID Connect provider, also"
                            + " those that were issued for other applications. Name the audience"
                            + " of its tokens with quarkus.oidc.token.audience"
                            + " (QUARKUS_OIDC_TOKEN_AUDIENCE), or the role that a token must have"
                            + " with pitlane.security.role (PITLANE_SECURITY_ROLE), or both.");
        }
    }
}
