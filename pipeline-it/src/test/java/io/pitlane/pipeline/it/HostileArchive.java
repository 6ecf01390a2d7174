package io.pitlane.pipeline.it;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes a tar.gz that no honest packer would. */
final class HostileArchive implements Closeable {
    private static final int BLOCK = 16 << 20;

    private final Deflating out;
    private final TarArchiveOutputStream tar;

    HostileArchive(Path file) throws IOException {
        out = new Deflating(new BufferedOutputStream(Files.newOutputStream(file)));
        tar = new TarArchiveOutputStream(out, "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    /** A file whose bytes no other has. */
    HostileArchive random(String name, int bytes) throws IOException {
        var content = new byte[bytes];
        new Random().nextBytes(content);
        var entry = new TarArchiveEntry(name, true);
        entry.setSize(bytes);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
        return this;
    }

    HostileArchive file(String name) throws IOException {
        return empty(new TarArchiveEntry(name, true));
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
        return empty(new TarArchiveEntry(name, TarConstants.LF_CHR));
    }

    HostileArchive pipe(String name) throws IOException {
        return empty(new TarArchiveEntry(name, TarConstants.LF_FIFO));
    }

    /** Files of zeros. */
    HostileArchive zeros(long bytes, int files) throws IOException {
        for (int i = 0; i < files; i++) {
            var entry = new TarArchiveEntry("zeros" + i, true);
            entry.setSize(bytes);
            tar.putArchiveEntry(entry);
            var block = new byte[BLOCK];
            for (long written = 0; written < bytes; written += BLOCK) {
                tar.write(block);
            }
            tar.closeArchiveEntry();
        }
        return this;
    }

    private HostileArchive link(TarArchiveEntry entry) throws IOException {
        entry.setLinkName("/etc/passwd");
        return empty(entry);
    }

    private HostileArchive empty(TarArchiveEntry entry) throws IOException {
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
        return this;
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }

    /** A gzip file (RFC 1952) in which a block of zeros is packed once, however often it comes. */
    private static final class Deflating extends OutputStream {
        private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, -1};

        private final OutputStream file;
        private final CRC32 crc = new CRC32();
        private final byte[] packedZeros = packed(new byte[BLOCK], BLOCK, Deflater.FULL_FLUSH);
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
            crc.update(content, offset, length);
            bytes += length;
            if (length == BLOCK) {
                file.write(packedZeros);
            } else {
                var part = Arrays.copyOfRange(content, offset, offset + length);
                file.write(packed(part, length, Deflater.FULL_FLUSH));
            }
        }

        private static byte[] packed(byte[] content, int length, int flush) {
            var deflater = new Deflater(Deflater.BEST_SPEED, true);
            deflater.setInput(content, 0, length);
            var packed = new byte[length + 1024];
            int size = deflater.deflate(packed, 0, packed.length, flush);
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
