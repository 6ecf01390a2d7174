package io.pitlane.data.source;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.failure.FailureException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;

/**
 * A file of records as TensorFlow writes them, gzip or plain: length (uint64, little-endian), its
 * masked CRC-32C, the bytes, their masked CRC-32C.
 */
final class TfRecordFile {
    private static final int HEADER_BYTES = 12;
    private static final int CRC_BYTES = 4;
    private static final long LARGEST_RECORD = 512L << 20;
    private static final int MASK = 0xa282ead8;

    private final Path file;
    private final AtomicLong memoryLeft;

    /** The bytes of a record, read again from a plain file. */
    interface RecordBytes {
        byte[] bytes();
    }

    /** Receives every record. */
    interface Listener {
        void record(byte[] bytes, RecordBytes stored, String name);
    }

    /**
     * Creates a reader.
     *
     * @param memoryLeft bytes of decompressed records that may be kept in memory, shared by all
     *     files; decreased by those kept
     */
    TfRecordFile(Path file, AtomicLong memoryLeft) {
        this.file = file;
        this.memoryLeft = memoryLeft;
    }

    /**
     * Reads every record and checks its CRCs.
     *
     * @throws FailureException INVALID_INPUT when the file is missing, cut off or damaged
     */
    void read(Listener listener) {
        try {
            boolean plain = beginsWithRecord();
            try (var raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                    var in = plain ? raw : unzipped(raw)) {
                read(new DataInputStream(in), plain, listener);
            }
        } catch (NoSuchFileException e) {
            throw invalidInput(
                            "There is no file " + file + ".",
                            "Check the path under data in the plan.")
                    .causedBy(e);
        } catch (EOFException e) {
            throw damaged("ends in the middle of a record").causedBy(e);
        } catch (IOException e) {
            throw damaged("cannot be read (" + e.getMessage() + ")").causedBy(e);
        }
    }

    // A length can look like the signature of gzip; its CRC decides.
    private boolean beginsWithRecord() throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(HEADER_BYTES);
            return head.length == 0
                    || head.length == HEADER_BYTES
                            && littleEndian(head).getInt(Long.BYTES) == maskedCrc(head, Long.BYTES);
        }
    }

    private InputStream unzipped(InputStream raw) throws IOException {
        raw.mark(2);
        boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
        raw.reset();
        if (!gzip) {
            throw damaged("does not begin with a TFRecord, plain or gzip");
        }
        return new BufferedInputStream(new GZIPInputStream(raw, 1 << 16), 1 << 16);
    }

    private void read(DataInputStream in, boolean plain, Listener listener) throws IOException {
        long offset = 0;
        for (int number = 0; ; number++) {
            byte[] head = in.readNBytes(HEADER_BYTES);
            if (head.length == 0) {
                return;
            }
            var name = "record %d of %s".formatted(number, file);
            byte[] bytes = in.readNBytes(length(head, name));
            byte[] tail = in.readNBytes(CRC_BYTES);
            if (head.length < HEADER_BYTES || tail.length < CRC_BYTES) {
                throw new EOFException();
            }
            if (littleEndian(tail).getInt(0) != maskedCrc(bytes, bytes.length)) {
                throw damaged("is damaged: the sum of record " + number + " is wrong");
            }
            long start = offset + HEADER_BYTES;
            listener.record(
                    bytes, plain ? () -> reread(start, bytes.length) : keptInMemory(bytes), name);
            offset = start + bytes.length + CRC_BYTES;
        }
    }

    private int length(byte[] head, String name) throws EOFException {
        if (head.length < HEADER_BYTES) {
            throw new EOFException();
        }
        long length = littleEndian(head).getLong(0);
        if (littleEndian(head).getInt(Long.BYTES) != maskedCrc(head, Long.BYTES)) {
            throw damaged("is damaged: the sum of the length of " + name + " is wrong");
        }
        if (length < 0 || length > LARGEST_RECORD) {
            throw damaged(
                    "has a record of %d bytes; %d are taken".formatted(length, LARGEST_RECORD));
        }
        return (int) length;
    }

    private RecordBytes keptInMemory(byte[] bytes) {
        if (memoryLeft.addAndGet(-bytes.length) < 0) {
            throw invalidInput(
                    "The records in %s do not fit into memory.".formatted(file),
                    "Decompress the file; a plain one is read from disk on demand.");
        }
        return () -> bytes;
    }

    private byte[] reread(long start, int length) {
        var bytes = ByteBuffer.allocate(length);
        try (var channel = FileChannel.open(file)) {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, start + bytes.position()) < 0) {
                    throw new EOFException("it became shorter");
                }
            }
            return bytes.array();
        } catch (IOException e) {
            throw damaged("cannot be read (" + e.getMessage() + ")").causedBy(e);
        }
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int maskedCrc(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
    }

    private FailureException damaged(String what) {
        return invalidInput("The file " + file + " " + what + ".", "Get a sound copy of the file.");
    }

    /** Resolves paths of a plan to files: files, folders and patterns. */
    static List<Path> files(Path root, List<String> paths) {
        var files = new ArrayList<Path>();
        for (var path : paths) {
            for (var match : DataFiles.matching(root, path)) {
                var found = root.resolve(match);
                if (Files.isDirectory(found)) {
                    files.addAll(inFolder(found));
                } else {
                    files.add(found);
                }
            }
        }
        return files;
    }

    private static List<Path> inFolder(Path folder) {
        try (var entries = Files.list(folder)) {
            var files =
                    entries.filter(Files::isRegularFile)
                            .filter(file -> file.getFileName().toString().contains("tfrecord"))
                            .sorted()
                            .toList();
            if (!files.isEmpty()) {
                return files;
            }
        } catch (IOException e) {
            // Told below: there is none that can be read.
        }
        throw invalidInput(
                "The folder %s holds no file whose name holds 'tfrecord'.".formatted(folder),
                "Name the files, one by one or by a pattern as train-*.");
    }
}
