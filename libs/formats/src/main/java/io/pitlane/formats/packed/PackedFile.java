package io.pitlane.formats.packed;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The container: a header that says what comes out and where each stream ends, with a checksum of
 * its own and one of each stream; then the streams.
 *
 * @param digest SHA-256 of the content
 * @param base SHA-256 of the content of the base; empty without one
 * @param structureBytes length of the structure
 * @param constantBytes length of all large constants
 * @param streams the structure, the constants without streams of their own, then one a constant
 */
record PackedFile(
        byte[] digest, byte[] base, int structureBytes, long constantBytes, List<byte[]> streams) {
    /** First bytes of every file. */
    private static final byte[] MAGIC = {(byte) 0x89, 'P', 'L', 'M'};

    private static final int VERSION = 1;
    private static final int SHA_256 = 32;
    private static final int CHECKSUM = Integer.BYTES;

    /** The largest graph, without its large constants. */
    private static final int MOST_STRUCTURE = 1 << 28;

    /** The file. */
    byte[] bytes() {
        var header = new ByteArrayOutputStream();
        var whole = new ByteArrayOutputStream();
        try {
            var fields = CodedOutputStream.newInstance(header);
            fields.writeByteArrayNoTag(base);
            fields.writeRawBytes(digest);
            fields.writeUInt32NoTag(structureBytes);
            fields.writeUInt64NoTag(constantBytes);
            fields.writeUInt32NoTag(streams.size());
            for (var stream : streams) {
                fields.writeUInt32NoTag(stream.length);
                fields.writeFixed32NoTag(checksum(stream, 0, stream.length));
            }
            fields.flush();
            var out = CodedOutputStream.newInstance(whole);
            out.writeRawBytes(MAGIC);
            out.writeRawByte(VERSION);
            out.writeByteArrayNoTag(header.toByteArray());
            out.flush();
            out.writeFixed32NoTag(checksum(whole.toByteArray(), 0, whole.size()));
            for (var stream : streams) {
                out.writeRawBytes(stream);
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return whole.toByteArray();
    }

    /**
     * Reads a file: its checksums, then its lengths.
     *
     * @param mostBytes the largest content to accept
     * @throws IOException when it is no such file, or not all of it
     */
    static PackedFile of(byte[] file, long mostBytes) throws IOException {
        if (file.length <= MAGIC.length
                || !Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new IOException("it is no packed model");
        }
        if (file[MAGIC.length] != VERSION) {
            throw new IOException(
                    "it is of version %d of the format, and only %d is known"
                            .formatted(file[MAGIC.length], VERSION));
        }
        var in = CodedInputStream.newInstance(file);
        in.skipRawBytes(MAGIC.length + 1);
        var header = CodedInputStream.newInstance(in.readByteArray());
        int end = in.getTotalBytesRead();
        if (in.readFixed32() != checksum(file, 0, end)) {
            throw new IOException("its header is damaged");
        }
        var base = header.readByteArray();
        var digest = header.readRawBytes(SHA_256);
        int structureBytes = header.readUInt32();
        long constantBytes = header.readUInt64();
        if (structureBytes < 0
                || structureBytes > MOST_STRUCTURE
                || constantBytes < 0
                || structureBytes + constantBytes > mostBytes) {
            throw new IOException(
                    "it holds a model of %d bytes, and %d are accepted"
                            .formatted(structureBytes + constantBytes, mostBytes));
        }
        return new PackedFile(
                digest, base, structureBytes, constantBytes, streams(file, header, end + CHECKSUM));
    }

    private static List<byte[]> streams(byte[] file, CodedInputStream header, int start)
            throws IOException {
        int count = header.readUInt32();
        var streams = new ArrayList<byte[]>();
        int at = start;
        for (int i = 0; i < count; i++) {
            int length = header.readUInt32();
            int checksum = header.readFixed32();
            if (length < 0 || length > file.length - at) {
                throw new IOException("it is cut short");
            }
            if (checksum(file, at, length) != checksum) {
                throw new IOException("its stream %d of %d is damaged".formatted(i + 1, count));
            }
            streams.add(Arrays.copyOfRange(file, at, at + length));
            at += length;
        }
        if (at != file.length || !header.isAtEnd()) {
            throw new IOException("%d bytes follow its end".formatted(file.length - at));
        }
        return streams;
    }

    private static int checksum(byte[] bytes, int from, int length) {
        var checksum = new CRC32();
        checksum.update(bytes, from, length);
        return (int) checksum.getValue();
    }

    /** Whether the file is relative to a base. */
    boolean isDelta() {
        return base.length > 0;
    }
}
