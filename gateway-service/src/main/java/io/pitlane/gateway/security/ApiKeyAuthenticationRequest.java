package io.pitlane.gateway.security;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/** A request to authenticate the owner of an API key. */
final class ApiKeyAuthenticationRequest extends BaseAuthenticationRequest {
    private final String key;

    ApiKeyAuthenticationRequest(String key) {
        this.key = key;
    }

    String key() {
        return key;
    }
}
