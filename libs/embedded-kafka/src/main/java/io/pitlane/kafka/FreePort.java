package io.pitlane.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Finds unused TCP ports on the loopback interface. */
public final class FreePort {
    private FreePort() {}

    /** Any unused port. */
    public static int find() {
        try {
            return bind(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * This port when it is unused, else any other.
     *
     * @param port 0 for any
     */
    public static int preferring(int port) {
        try {
            return bind(port);
        } catch (IOException e) {
            return find();
        }
    }

    static int otherThan(int taken) {
        int port;
        do {
            port = find();
        } while (port == taken);
        return port;
    }

    private static int bind(int port) throws IOException {
        try (var socket = new ServerSocket(port, 1, InetAddress.getByName(BrokerProperties.HOST))) {
            return socket.getLocalPort();
        }
    }
}
