package io.pitlane.cli.stack;

import io.pitlane.pipeline.process.NativeLogLines;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** Reads the end of a log, without the lines that TensorFlow prints for itself. */
final class LogTail {
    private static final int BYTES = 16 * 1024;

    private LogTail() {}

    /** The last {@code lines} lines, or a sentence that says that there is no log. */
    static String of(Path log, int lines) {
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(Math.max(0, file.length() - BYTES));
            var bytes = new byte[(int) (file.length() - file.getFilePointer())];
            file.readFully(bytes);
            var text = new String(bytes, StandardCharsets.UTF_8);
            var all = NativeLogLines.removedFrom(text).lines().toList();
            return all.stream()
                    .skip(Math.max(0, all.size() - lines))
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            return "(there is no log at " + log + ")";
        }
    }
}
