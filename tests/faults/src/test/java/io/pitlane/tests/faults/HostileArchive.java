package io.pitlane.tests.faults;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;

/** Writes a tar.gz that no honest packer would. */
final class HostileArchive implements Closeable {
    private static final int BLOCK = 16 << 20;

    private static final int RECORD = 512;

    private final Deflating out;

    HostileArchive(Path file) throws IOException {
        out = new Deflating(new BufferedOutputStream(Files.newOutputStream(file)));
    }

    /** A file whose bytes no other has. */
    HostileArchive random(String name, int bytes) throws IOException {
        var content = new byte[bytes];
        new Random().nextBytes(content);
        var entry = new TarArchiveEntry(name, true);
        entry.setSize(bytes);
        return put(entry, content);
    }

    HostileArchive file(String name) throws IOException {
        return put(new TarArchiveEntry(name, true));
    }

    /** A file whose name travels in an entry of its own. */
    HostileArchive fileOfLongName(String name) throws IOException {
        var header = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
        header.setSize(name.length());
        return put(header, name.getBytes(StandardCharsets.US_ASCII)).file("short");
    }

    HostileArchive files(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            file("f" + i);
        }
        return this;
    }

    HostileArchive symbolicLink(String name) throws IOException {
        return link(new TarArchiveEntry(name, TarConstants.LF_SYMLINK));
    }

    HostileArchive hardLink(String name) throws IOException {
        return link(new TarArchiveEntry(name, TarConstants.LF_LINK));
    }

    HostileArchive device(String name) throws IOException {
        return put(new TarArchiveEntry(name, TarConstants.LF_CHR));
    }

    HostileArchive pipe(String name) throws IOException {
        return put(new TarArchiveEntry(name, TarConstants.LF_FIFO));
    }

    /** Files of zeros, each a multiple of 16 MiB long. */
    HostileArchive zeros(long bytes, int files) throws IOException {
        for (int i = 0; i < files; i++) {
            var entry = new TarArchiveEntry("zeros" + i, true);
            entry.setSize(bytes);
            put(entry);
            for (long written = 0; written < bytes; written += BLOCK) {
                out.zeros();
            }
        }
        return this;
    }

    private HostileArchive link(TarArchiveEntry entry) throws IOException {
        entry.setLinkName("/etc/passwd");
        return put(entry);
    }

    private HostileArchive put(TarArchiveEntry entry, byte... content) throws IOException {
        var header = new byte[RECORD];
        entry.writeEntryHeader(header, ZipEncodingHelper.getZipEncoding("UTF-8"), true);
        out.write(header);
        out.write(Arrays.copyOf(content, (content.length + RECORD - 1) / RECORD * RECORD));
        return this;
    }

    @Override
    public void close() throws IOException {
        out.write(new byte[2 * RECORD]);
        out.close();
    }

    /** A gzip file (RFC 1952) in which a block of zeros is packed once, however often it comes. */
    private static final class Deflating extends OutputStream {
        private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, -1};

        private static final byte[] ZEROS = new byte[BLOCK];
        private static final byte[] PACKED_ZEROS = packed(ZEROS, Deflater.BEST_COMPRESSION);

        private final OutputStream file;
        private final CRC32 crc = new CRC32();
        private long bytes;

        Deflating(OutputStream file) throws IOException {
            this.file = file;
            file.write(HEADER);
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] content, int offset, int length) throws IOException {
            count(content, offset, length);
            file.write(
                    packed(
                            Arrays.copyOfRange(content, offset, offset + length),
                            Deflater.BEST_SPEED));
        }

        void zeros() throws IOException {
            count(ZEROS, 0, BLOCK);
            file.write(PACKED_ZEROS);
        }

        private void count(byte[] content, int offset, int length) {
            crc.update(content, offset, length);
            bytes += length;
        }

        private static byte[] packed(byte[] content, int level) {
            var deflater = new Deflater(level, true);
            deflater.setInput(content);
            // What cannot be packed grows by five bytes a block of 16 KiB or so.
            var packed = new byte[content.length + content.length / 1000 + 1024];
            int size = deflater.deflate(packed, 0, packed.length, Deflater.FULL_FLUSH);
            deflater.end();
            return Arrays.copyOf(packed, size);
        }

        @Override
        public void close() throws IOException {
            // An empty last block, then the check sum and the length, the lowest byte first.
            file.write(new byte[] {3, 0});
            for (long number : new long[] {crc.getValue(), bytes}) {
                for (int shift = 0; shift < 32; shift += 8) {
                    file.write((int) (number >>> shift));
                }
            }
            file.close();
        }
    }
}
