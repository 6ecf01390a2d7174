package io.pitlane.cli.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A TCP port on the loopback interface that nobody listens on. */
final class FreePort {
    private FreePort() {}

    /** Any free port. */
    static int any() {
        try {
            return probe(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** This port when it is free, else another. */
    static int preferably(int port) {
        try {
            return probe(port);
        } catch (IOException e) {
            return any();
        }
    }

    private static int probe(int port) throws IOException {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
