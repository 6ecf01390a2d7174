package io.pitlane.pipeline.cache;

import io.pitlane.contract.finding.Finding;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.pipeline.child.ChildMain;
import io.pitlane.pipeline.process.CodeDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Findings that outlive their runs, in a folder that several processes may share: a file by the key
 * of what the finding depends on. Files appear whole or not at all; one that is damaged counts as
 * missing. The least recently used are deleted when there are too many.
 */
public final class FindingCache {
    private static final String FILE = ".json";
    private static final long MAX_BYTES = 64L << 20;
    private static final CodeDigest CODE = CodeDigest.ofChildren();

    private final Path folder;
    private final Supplier<String> codeDigest;
    private final long maxBytes;

    /**
     * A cache.
     *
     * @param folder null for none: nothing is found, and nothing kept
     * @param codeDigest of the code that makes the findings
     * @param maxBytes of all files together
     */
    FindingCache(Path folder, Supplier<String> codeDigest, long maxBytes) {
        this.folder = folder;
        this.codeDigest = codeDigest;
        this.maxBytes = maxBytes;
    }

    /** That of a job, in the folder of the system property {@value ChildMain#FINDINGS}. */
    public static FindingCache ofProcess() {
        var folder = System.getProperty(ChildMain.FINDINGS);
        return new FindingCache(folder == null ? null : Path.of(folder), CODE::hex, MAX_BYTES);
    }

    /** The content of a file. */
    private record Content(String key, Finding finding) {}

    /** All that a finding depends on. */
    private record Dependencies(Object given, String code) {}

    /**
     * The key of a finding; 64 lower-case hex digits.
     *
     * @param given what it depends on beside the code, as JSON can hold it
     */
    public String key(Object given) {
        return JsonDigest.of(new Dependencies(given, codeDigest.get()));
    }

    /** The finding with a key. */
    public <F extends Finding> Optional<F> find(String key, Class<F> type) {
        if (folder == null) {
            return Optional.empty();
        }
        var file = file(key);
        try {
            var content = ContractJson.MAPPER.readValue(Files.readAllBytes(file), Content.class);
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            return Optional.ofNullable(content)
                    .filter(found -> key.equals(found.key()))
                    .map(Content::finding)
                    .filter(type::isInstance)
                    .map(type::cast);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Keeps a finding. Where the folder cannot be written, nothing is kept. */
    public void save(String key, Finding finding) {
        if (folder == null) {
            return;
        }
        try {
            Files.createDirectories(folder);
            var temporary = Files.createTempFile(folder, "finding", ".tmp");
            try {
                ContractJson.MAPPER.writeValue(temporary.toFile(), new Content(key, finding));
                Files.move(
                        temporary,
                        file(key),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
            evict();
        } catch (IOException e) {
            // The finding holds all the same; it is made again by the next step that needs it.
        }
    }

    private Path file(String key) {
        return folder.resolve(key + FILE);
    }

    private void evict() throws IOException {
        var newestFirst = entries();
        long bytes = 0;
        for (var entry : newestFirst) {
            bytes += entry.bytes();
            if (bytes > maxBytes) {
                Files.deleteIfExists(entry.file());
            }
        }
    }

    private record Entry(Path file, long bytes, FileTime used) {}

    private List<Entry> entries() throws IOException {
        var entries = new ArrayList<Entry>();
        try (var files = Files.newDirectoryStream(folder, "*" + FILE)) {
            for (var file : files) {
                try {
                    entries.add(new Entry(file, Files.size(file), Files.getLastModifiedTime(file)));
                } catch (NoSuchFileException e) {
                    // Another process has just deleted it.
                }
            }
        }
        entries.sort(Comparator.comparing(Entry::used).reversed());
        return entries;
    }
}
