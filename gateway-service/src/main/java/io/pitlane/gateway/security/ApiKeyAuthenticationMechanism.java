package io.pitlane.gateway.security;

import io.netty.handler.codec.http.HttpHeaderNames;
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
 * Authenticates requests by the API key in the header {@value #HEADER}. Answers requests without
 * valid credentials with 401 and an error message.
 */
@Singleton
class ApiKeyAuthenticationMechanism implements HttpAuthenticationMechanism {
    static final String HEADER = "X-API-Key";

    /** Higher than that of the OpenID Connect mechanism, whose challenge has no message. */
    private static final int PRIORITY = 2000;

    private final AuthenticationSchemes schemes;

    ApiKeyAuthenticationMechanism(AuthenticationSchemes schemes) {
        this.schemes = schemes;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            RoutingContext context, IdentityProviderManager identities) {
        var key = context.request().getHeader(HEADER);
        if (key == null || !schemes.acceptsApiKeys()) {
            return Uni.createFrom().nullItem();
        }
        return identities.authenticate(new ApiKeyAuthenticationRequest(key));
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom()
                .item(
                        new ChallengeData(
                                401, HttpHeaderNames.WWW_AUTHENTICATE, schemes.challenge()));
    }

    @Override
    public Uni<Boolean> sendChallenge(RoutingContext context) {
        if (schemes.hasSignInAtProvider()
                && LoginAddress.AT_PROVIDER.equals(context.normalizedPath())) {
            // The next mechanism sends the visitor to the provider.
            return Uni.createFrom().item(false);
        }
        AuthErrorResponse.unauthorized(context, schemes);
        return Uni.createFrom().item(true);
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of(ApiKeyAuthenticationRequest.class);
    }

    @Override
    public Uni<HttpCredentialTransport> getCredentialTransport(RoutingContext context) {
        return Uni.createFrom()
                .item(
                        new HttpCredentialTransport(
                                HttpCredentialTransport.Type.OTHER_HEADER, HEADER));
    }

    @Override
    public int getPriority() {
        return PRIORITY;
    }
}
