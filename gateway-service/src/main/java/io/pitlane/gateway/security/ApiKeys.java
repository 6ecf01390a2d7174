package io.pitlane.gateway.security;

import io.pitlane.contract.artifact.Sha256;
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
 * The API keys of the gateway, from the settings and from a file that may change while the gateway
 * runs: to replace a key, add the new one, move the clients, and remove the old one. Holds digests
 * only. Thread-safe.
 */
@Singleton
class ApiKeys {
    private final List<Entry> fixed;
    private final Optional<ApiKeyFile> file;

    /**
     * @param owner name of the key, for the log
     * @param digest SHA-256 of the key
     * @param permission what it permits
     */
    record Entry(String owner, byte[] digest, Permission permission) {}

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
                        .map(line -> ApiKeyLine.parse(line, "pitlane.security.api-keys"))
                        .toList();
        this.file = file.map(ApiKeyFile::open);
    }

    /** Whether any key is configured. */
    boolean configured() {
        return !fixed.isEmpty() || file.isPresent();
    }

    /**
     * A key; empty when it is unknown. Takes the same time for every wrong key. May read a file.
     */
    Optional<Entry> find(String key) {
        var digest = sha256(key);
        Entry found = null;
        for (var entry : entries()) {
            // No early exit: the time must not depend on the position of the key.
            if (MessageDigest.isEqual(entry.digest(), digest)) {
                found = entry;
            }
        }
        return Optional.ofNullable(found);
    }

    /** Every key. May read a file. */
    List<Entry> entries() {
        var entries = new ArrayList<>(fixed);
        file.ifPresent(keys -> entries.addAll(keys.entries()));
        return entries;
    }

    static byte[] sha256(String key) {
        return Sha256.of(key.getBytes(StandardCharsets.UTF_8));
    }
}
