package io.pitlane.gateway.security;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Resolves the cookie of a session to the identity of the owner of its key. */
@Singleton
class SessionIdentityProvider implements IdentityProvider<SessionAuthenticationRequest> {
    private final BrowserSessions sessions;

    SessionIdentityProvider(BrowserSessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public Class<SessionAuthenticationRequest> getRequestType() {
        return SessionAuthenticationRequest.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            SessionAuthenticationRequest request, AuthenticationRequestContext context) {
        return context.runBlocking(
                () ->
                        sessions.key(request.cookie())
                                .map(SessionIdentityProvider::identity)
                                .orElseThrow(AuthenticationFailedException::new));
    }

    private static SecurityIdentity identity(ApiKeys.Entry key) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(ApiKeyPrincipal.of(key))
                .addAttribute(Visitor.SESSION, true)
                .build();
    }
}
