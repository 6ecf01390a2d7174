package io.pitlane.gateway.security;

import io.pitlane.contract.run.Approval;
import io.quarkus.oidc.IdTokenCredential;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** Who sent a request, for pages and for what keeps a name. */
@Named("visitor")
@Singleton
public class Visitor {
    static final String SESSION = "pitlane.session";

    private final SecurityIdentity identity;
    private final Permissions permissions;

    Visitor(SecurityIdentity identity, Permissions permissions) {
        this.identity = identity;
        this.permissions = permissions;
    }

    /** Name of the key or subject of the token; {@link Approval#ANYBODY} without either. */
    public String name() {
        return identity.isAnonymous() ? Approval.ANYBODY : identity.getPrincipal().getName();
    }

    /** Whether they may change something. */
    public boolean isOperator() {
        return permissions.of(identity) == Permission.OPERATE;
    }

    /** Whether a session of the browser is open, which can be closed. */
    public boolean isSignedIn() {
        return identity.getAttribute(SESSION) != null || isSignedInAtProvider();
    }

    /** Whether it was opened at an OpenID Connect provider. */
    public boolean isSignedInAtProvider() {
        return signedInAtProvider(identity);
    }

    /** A client that sends its token as such has no ID token. */
    static boolean signedInAtProvider(SecurityIdentity client) {
        return client.getCredential(IdTokenCredential.class) != null;
    }
}
