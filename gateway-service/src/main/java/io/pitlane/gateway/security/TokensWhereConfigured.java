package io.pitlane.gateway.security;

import io.quarkus.oidc.Oidc;
import io.quarkus.oidc.OidcTenantConfig;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Turns OpenID Connect off where no provider is configured: without one it would not start. */
@Singleton
class TokensWhereConfigured {
    private static final String DEFAULT_TENANT = "Default";

    private final Protection protection;

    TokensWhereConfigured(Protection protection) {
        this.protection = protection;
    }

    void start(@Observes Oidc oidc) {
        if (!protection.byToken()) {
            oidc.create(
                    OidcTenantConfig.builder()
                            .tenantId(DEFAULT_TENANT)
                            .tenantEnabled(false)
                            .build());
        }
    }
}
