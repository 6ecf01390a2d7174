package io.pitlane.gateway.security;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpCredentialTransport;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * Authenticates browsers by the cookie of their session. A cookie that is not valid is ignored, so
 * that its owner can sign in again.
 */
@Singleton
class SessionAuthenticationMechanism implements HttpAuthenticationMechanism {
    /** Below that of the API keys, and above that of OpenID Connect. */
    private static final int PRIORITY = 1900;

    private final AuthenticationSchemes schemes;

    SessionAuthenticationMechanism(AuthenticationSchemes schemes) {
        this.schemes = schemes;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            RoutingContext context, IdentityProviderManager identities) {
        var request = context.request();
        var cookie = request.getCookie(BrowserSessions.COOKIE);
        if (cookie == null
                || !schemes.acceptsApiKeys()
                || request.headers().contains(HttpHeaderNames.AUTHORIZATION)
                || !CookieRequests.include(context)) {
            return Uni.createFrom().nullItem();
        }
        return identities
                .authenticate(new SessionAuthenticationRequest(cookie.getValue()))
                .onFailure(AuthenticationFailedException.class)
                .recoverWithNull();
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().nullItem();
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of(SessionAuthenticationRequest.class);
    }

    @Override
    public Uni<HttpCredentialTransport> getCredentialTransport(RoutingContext context) {
        return Uni.createFrom()
                .item(
                        new HttpCredentialTransport(
                                HttpCredentialTransport.Type.COOKIE, BrowserSessions.COOKIE));
    }

    @Override
    public int getPriority() {
        return PRIORITY;
    }
}
