package io.pitlane.gateway.security;

import io.pitlane.contract.Sha256;
import io.pitlane.gateway.config.GatewayConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The keys that open the gateway, from the settings and from a file that may change while the
 * gateway runs: keys are replaced by adding the new one, moving the clients, and taking the old one
 * away. Holds digests only. Thread-safe.
 */
@Singleton
class ApiKeys {
    private final List<Entry> fixed;
    private final Optional<KeyFile> file;

    /**
     * @param owner who the key was given to, for the log
     * @param digest SHA-256 of the key
     */
    record Entry(String owner, byte[] digest) {}

    @Inject
    ApiKeys(GatewayConfig config) {
        this(config.security().apiKeys().orElse(List.of()), config.security().apiKeysFile());
    }

    /**
     * @throws io.quarkus.runtime.configuration.ConfigurationException when a key is too weak, or
     *     not written as {@code name:key}
     */
    ApiKeys(List<String> fixed, Optional<Path> file) {
        this.fixed =
                fixed.stream()
                        .map(line -> KeyLine.parse(line, "pitlane.security.api-keys"))
                        .toList();
        this.file = file.map(KeyFile::open);
    }

    /** Whether there is a key at all. */
    boolean configured() {
        return !fixed.isEmpty() || file.isPresent();
    }

    /**
     * Who a key was given to; empty when it is none of ours. Takes the same time for every wrong
     * key. May read a file.
     */
    Optional<String> owner(String key) {
        var digest = sha256(key);
        String owner = null;
        for (var entry : entries()) {
            // No early end: the time must not tell how far the search came.
            if (MessageDigest.isEqual(entry.digest(), digest)) {
                owner = entry.owner();
            }
        }
        return Optional.ofNullable(owner);
    }

    private List<Entry> entries() {
        var entries = new ArrayList<>(fixed);
        file.ifPresent(keys -> entries.addAll(keys.entries()));
        return entries;
    }

    static byte[] sha256(String key) {
        return Sha256.of(key.getBytes(StandardCharsets.UTF_8));
    }
}
