package io.pitlane.gateway.security;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Resolves an API key to the identity of its owner. */
@Singleton
class ApiKeyIdentityProvider implements IdentityProvider<ApiKeyAuthenticationRequest> {
    private final ApiKeys keys;

    ApiKeyIdentityProvider(ApiKeys keys) {
        this.keys = keys;
    }

    @Override
    public Class<ApiKeyAuthenticationRequest> getRequestType() {
        return ApiKeyAuthenticationRequest.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            ApiKeyAuthenticationRequest request, AuthenticationRequestContext context) {
        return context.runBlocking(
                () ->
                        keys.find(request.key())
                                .map(ApiKeyIdentityProvider::identity)
                                .orElseThrow(AuthenticationFailedException::new));
    }

    private static SecurityIdentity identity(ApiKeys.Entry key) {
        return QuarkusSecurityIdentity.builder().setPrincipal(ApiKeyPrincipal.of(key)).build();
    }
}
