package io.pitlane.gateway.security;

import io.quarkus.oidc.Oidc;
import io.quarkus.oidc.OidcTenantConfig;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Disables OpenID Connect when no provider is configured: it would not start without one. */
@Singleton
class OidcTenantSetup {
    private static final String DEFAULT_TENANT = "Default";

    private final AuthenticationSchemes schemes;

    OidcTenantSetup(AuthenticationSchemes schemes) {
        this.schemes = schemes;
    }

    void start(@Observes Oidc oidc) {
        if (!schemes.acceptsTokens()) {
            oidc.create(
                    OidcTenantConfig.builder()
                            .tenantId(DEFAULT_TENANT)
                            .tenantEnabled(false)
                            .build());
        }
    }
}
