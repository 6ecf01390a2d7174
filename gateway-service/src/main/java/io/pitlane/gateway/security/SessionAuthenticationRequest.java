package io.pitlane.gateway.security;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/** A request to authenticate the owner of a browser's session. */
final class SessionAuthenticationRequest extends BaseAuthenticationRequest {
    private final String cookie;

    SessionAuthenticationRequest(String cookie) {
        this.cookie = cookie;
    }

    String cookie() {
        return cookie;
    }
}
