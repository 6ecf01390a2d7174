package io.pitlane.gateway.security;

import java.security.Principal;

/**
 * The owner of an API key.
 *
 * @param getName name of the key
 * @param permission what the key permits
 */
record ApiKeyPrincipal(String getName, Permission permission) implements Principal {

    static ApiKeyPrincipal of(ApiKeys.Entry key) {
        return new ApiKeyPrincipal(key.owner(), key.permission());
    }
}
