package io.pitlane.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Finds ports that nobody listens on. */
final class FreePort {
    private FreePort() {}

    static int otherThan(int taken) {
        int port;
        do {
            port = find();
        } while (port == taken);
        return port;
    }

    static int find() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(BrokerProperties.HOST))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
