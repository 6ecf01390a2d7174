package io.pitlane.pipeline.process;

import io.pitlane.contract.artifact.Sha256;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.zip.CRC32;
import java.util.zip.ZipFile;

/**
 * A digest of the code that child JVMs run: of every class and resource on their class path, by
 * name, size and CRC-32, which jars list in their directories. The same code has the same digest,
 * wherever and whenever it was built, and native libraries of hundreds of megabytes are not read.
 * Thread-safe.
 */
public final class CodeDigest {
    private static final String JARS = File.separator + "*";

    private final String classPath;
    private String digest;

    /** The code of this service's children. */
    public static CodeDigest ofChildren() {
        return new CodeDigest(ChildClassPath.current());
    }

    CodeDigest(String classPath) {
        this.classPath = classPath;
    }

    /** The digest, 64 lower-case hex digits; computed when it is first asked for. */
    public synchronized String hex() {
        if (digest == null) {
            try {
                digest = digest();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return digest;
    }

    private String digest() throws IOException {
        var entries = new TreeSet<String>();
        for (var element : classPath.split(File.pathSeparator)) {
            for (var path : expand(element)) {
                if (Files.isDirectory(path)) {
                    addFiles(path, entries);
                } else if (Files.isRegularFile(path)) {
                    addJar(path, entries);
                }
            }
        }
        var listed = String.join("\n", entries).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(Sha256.of(listed));
    }

    private static List<Path> expand(String element) throws IOException {
        if (!element.endsWith(JARS)) {
            return List.of(Path.of(element));
        }
        var jars = new ArrayList<Path>();
        var folder = Path.of(element.substring(0, element.length() - JARS.length()));
        if (Files.isDirectory(folder)) {
            try (var found = Files.newDirectoryStream(folder, "*.jar")) {
                found.forEach(jars::add);
            }
        }
        return jars;
    }

    private static void addJar(Path jar, Collection<String> entries) throws IOException {
        try (var zip = new ZipFile(jar.toFile())) {
            zip.stream()
                    .filter(entry -> !entry.isDirectory())
                    .forEach(e -> entries.add(entry(e.getName(), e.getSize(), e.getCrc())));
        }
    }

    private static void addFiles(Path folder, Collection<String> entries) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var name = folder.relativize(file).toString().replace(File.separatorChar, '/');
                var content = Files.readAllBytes(file);
                var crc = new CRC32();
                crc.update(content);
                entries.add(entry(name, content.length, crc.getValue()));
            }
        }
    }

    private static String entry(String name, long bytes, long crc) {
        return name + " " + bytes + " " + Long.toHexString(crc);
    }
}
