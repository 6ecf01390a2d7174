package io.pitlane.gateway.security;

import java.security.Principal;

/**
 * The owner of an API key.
 *
 * @param getName name of the key
 */
record ApiKeyPrincipal(String getName) implements Principal {}
