package io.pitlane.gateway.security;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Knows whom each key was given to. */
@Singleton
class ApiKeyIdentityProvider implements IdentityProvider<ApiKeyRequest> {
    private final ApiKeys keys;

    ApiKeyIdentityProvider(ApiKeys keys) {
        this.keys = keys;
    }

    @Override
    public Class<ApiKeyRequest> getRequestType() {
        return ApiKeyRequest.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            ApiKeyRequest request, AuthenticationRequestContext context) {
        return context.runBlocking(
                () ->
                        keys.owner(request.key())
                                .map(ApiKeyIdentityProvider::identity)
                                .orElseThrow(AuthenticationFailedException::new));
    }

    private static SecurityIdentity identity(String owner) {
        return QuarkusSecurityIdentity.builder().setPrincipal(new KeyHolder(owner)).build();
    }
}
