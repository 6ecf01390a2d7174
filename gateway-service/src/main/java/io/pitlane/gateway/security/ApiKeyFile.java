package io.pitlane.gateway.security;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * A file of keys, one {@code name:key} a line, with blank lines and comments that begin with {@code
 * #}. Read again when it has changed, as a mounted Secret does when it is replaced; a file that
 * cannot be read then leaves the keys unchanged. Thread-safe.
 */
final class ApiKeyFile {
    private static final Logger LOG = Logger.getLogger(ApiKeyFile.class);

    private final Path file;
    private FileTime read;
    private List<ApiKeys.Entry> entries;

    private ApiKeyFile(Path file) {
        this.file = file;
    }

    /**
     * @throws ConfigurationException when the file cannot be read or holds no key
     */
    static ApiKeyFile open(Path file) {
        var opened = new ApiKeyFile(file);
        try {
            opened.read(Files.getLastModifiedTime(file));
            return opened;
        } catch (IOException e) {
            throw new ConfigurationException(
                    "pitlane.security.api-keys-file: cannot read "
                            + file
                            + " ("
                            + e.getClass().getSimpleName()
                            + "). Mount it where the gateway may read it.",
                    e);
        }
    }

    synchronized List<ApiKeys.Entry> entries() {
        try {
            var changed = Files.getLastModifiedTime(file);
            if (!changed.equals(read)) {
                read(changed);
                LOG.infof("Read %d API keys from %s, which has changed", entries.size(), file);
            }
        } catch (IOException e) {
            LOG.errorf("The API keys are unchanged: cannot read %s: %s", file, e);
        } catch (ConfigurationException e) {
            LOG.errorf("The API keys are unchanged: %s", e.getMessage());
        }
        return entries;
    }

    private void read(FileTime changed) throws IOException {
        read = changed;
        var found =
                Files.readString(file)
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .map(line -> ApiKeyLine.parse(line, file.toString()))
                        .toList();
        if (found.isEmpty()) {
            throw new ConfigurationException(
                    file + " holds no key. Write one name:key a line into it.");
        }
        entries = found;
    }
}
