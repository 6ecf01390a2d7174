package io.pitlane.gateway.security;

import java.security.Principal;

/**
 * Whoever sent a key.
 *
 * @param getName who the key was given to
 */
record KeyHolder(String getName) implements Principal {}
