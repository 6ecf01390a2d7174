package io.pitlane.pipeline.process;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jboss.logging.Logger;

/**
 * The log of a process in a file of limited size; a full file is kept until the next one is full,
 * too. A library that warns at every step would otherwise fill the disk. What cannot be written, as
 * on a full disk, is dropped: the process must not block on its output. Thread-safe.
 */
final class BoundedLog extends OutputStream {
    private static final Logger LOG = Logger.getLogger(BoundedLog.class);
    private static final int TAIL = 8 << 10;

    /** Read for the tail: what TensorFlow prints for itself does not count. */
    private static final int READ = 64 << 10;

    private final Path file;
    private final Path before;
    private final long maxBytes;
    private OutputStream out;
    private long written;

    /**
     * A log.
     *
     * @param maxBytes of one file
     */
    BoundedLog(Path file, long maxBytes) {
        this.file = file;
        this.before = file.resolveSibling(file.getFileName() + ".1");
        this.maxBytes = maxBytes;
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        try {
            append(bytes, offset, length);
        } catch (IOException e) {
            LOG.debugf(e, "%s is not complete", file);
        }
    }

    private void append(byte[] bytes, int offset, int length) throws IOException {
        if (out == null) {
            out = Files.newOutputStream(file);
        } else if (written + length > maxBytes) {
            out.close();
            Files.move(file, before, StandardCopyOption.REPLACE_EXISTING);
            out = Files.newOutputStream(file);
            written = 0;
        }
        out.write(bytes, offset, length);
        written += length;
    }

    @Override
    public synchronized void close() throws IOException {
        if (out != null) {
            out.close();
        }
    }

    /**
     * The end of the log, which tells why the process died, without {@link NativeLogLines}; empty
     * when it printed nothing else.
     */
    synchronized String tail() {
        try {
            var end = NativeLogLines.removedFrom(tail(before) + tail(file)).strip();
            return end.substring(Math.max(0, end.length() - TAIL)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String tail(Path of) throws IOException {
        if (!Files.exists(of)) {
            return "";
        }
        try (var in = new RandomAccessFile(of.toFile(), "r")) {
            in.seek(Math.max(0, in.length() - READ));
            var tail = new byte[(int) (in.length() - in.getFilePointer())];
            in.readFully(tail);
            return new String(tail, StandardCharsets.UTF_8);
        }
    }
}
