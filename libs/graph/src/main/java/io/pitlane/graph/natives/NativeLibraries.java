package io.pitlane.graph.natives;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;

/**
 * Where native libraries are: in the folder that the environment variable {@code
 * TENSORFLOW_LIBRARY_PATH} names, as in a container image, else in their jars.
 *
 * <p>From a jar, a library is unpacked into JavaCPP's cache in the user's home, once for all
 * processes; never into the folder for temporary files, from which a hardened machine executes
 * nothing, and where killed processes would leave files behind.
 */
public final class NativeLibraries {
    static final String FOLDER = "TENSORFLOW_LIBRARY_PATH";

    private NativeLibraries() {}

    /** The folder, where it is given. */
    static Optional<Path> folder() {
        return Optional.ofNullable(System.getenv(FOLDER)).map(Path::of);
    }

    /** Has JavaCPP and JNA look for libraries in the folder, where it is given. */
    public static void usePrepared() {
        folder().ifPresent(
                        folder -> {
                            System.setProperty(
                                    "org.bytedeco.javacpp.platform.linkpath", folder.toString());
                            System.setProperty("jna.boot.library.path", folder.toString());
                        });
    }

    /**
     * The file of a library; nothing where neither the folder nor the jar has it.
     *
     * @param owner a class of the jar
     * @param resource absolute name of the library in the jar; in the folder it has the last part
     *     of that name
     * @throws UncheckedIOException when it cannot be unpacked
     */
    public static Optional<File> file(Class<?> owner, String resource) {
        var name = resource.substring(resource.lastIndexOf('/') + 1);
        var prepared = folder().map(folder -> folder.resolve(name)).filter(Files::isReadable);
        if (prepared.isPresent()) {
            return prepared.map(Path::toFile);
        }
        try {
            return Optional.ofNullable(Loader.cacheResource(owner, resource));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
