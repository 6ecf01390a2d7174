package io.pitlane.formats.packed;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.util.ZstdVersion;
import io.pitlane.graph.natives.NativeLibraries;
import java.util.Locale;

/** Says where Zstandard's native library is, before its first class is used. */
final class ZstdNatives {
    /** System property of zstd-jni: the file of its native library. */
    private static final String FILE = "ZstdNativePath";

    private ZstdNatives() {}

    /** Looks for nothing where the property names a file already. */
    static void prepare() {
        if (System.getProperty(FILE) == null) {
            NativeLibraries.file(Zstd.class, resource())
                    .ifPresent(file -> System.setProperty(FILE, file.toString()));
        }
    }

    /** Where the jar has the library for Linux; other systems' are left to zstd-jni. */
    private static String resource() {
        var system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        var library = System.mapLibraryName("zstd-jni-" + ZstdVersion.VERSION);
        return "/%s/%s/%s".formatted(system, System.getProperty("os.arch"), library);
    }
}
