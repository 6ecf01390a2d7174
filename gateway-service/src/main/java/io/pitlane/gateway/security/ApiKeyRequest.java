package io.pitlane.gateway.security;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/** Asks who a key belongs to. */
final class ApiKeyRequest extends BaseAuthenticationRequest {
    private final String key;

    ApiKeyRequest(String key) {
        this.key = key;
    }

    String key() {
        return key;
    }
}
