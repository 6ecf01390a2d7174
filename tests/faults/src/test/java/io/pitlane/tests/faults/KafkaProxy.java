package io.pitlane.tests.faults;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * Stands between services and their broker, and holds back one request or one answer, so that a
 * test can kill whom it wants at exactly that kill point. Reads of a request no more than its
 * header, which begins alike in all versions: what is asked, which version, a number, and the
 * client's name (KIP-482).
 */
final class KafkaProxy implements Closeable {
    private static final long PATIENCE_SECONDS = 120;

    private final ServerSocket listener;
    private final int brokerPort;
    private final List<Hold> holds = new CopyOnWriteArrayList<>();
    private final List<Connection> connections = new CopyOnWriteArrayList<>();

    /** Which half of an exchange is held back. */
    enum Side {
        /** The broker has not heard of it. */
        REQUEST,
        /** The broker has done what it was asked, and the client does not know. */
        ANSWER
    }

    private KafkaProxy(ServerSocket listener, int brokerPort) {
        this.listener = listener;
        this.brokerPort = brokerPort;
    }

    /** A proxy on a free port; the broker need not be there yet. */
    static KafkaProxy before(int brokerPort) throws IOException {
        var proxy =
                new KafkaProxy(
                        new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), brokerPort);
        daemon("proxy", proxy::accept);
        return proxy;
    }

    int port() {
        return listener.getLocalPort();
    }

    /**
     * Holds back what is asked next.
     *
     * @param client what the client's name must contain
     * @param nth which of such requests, from 1
     */
    Hold hold(Side side, ApiKeys api, String client, int nth) {
        var hold = new Hold(side, api, client, nth);
        holds.add(hold);
        return hold;
    }

    /** Throws away what is held back, and its connections; holds nothing any more. */
    void release() {
        holds.forEach(Hold::drop);
        holds.clear();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                connect(listener.accept());
            } catch (IOException e) {
                // Closed, or a client that gave up at once.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        try {
            var broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort);
            var connection = new Connection(client, broker);
            connections.add(connection);
            daemon("proxy-requests", connection::passRequests);
            daemon("proxy-answers", connection::passAnswers);
        } catch (IOException e) {
            // The broker is away: so is the proxy.
            client.close();
        }
    }

    private static void daemon(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        release();
        connections.forEach(Connection::close);
    }

    /** Something that is to be held back. */
    static final class Hold {
        private final Side side;
        private final ApiKeys api;
        private final String client;
        private final int nth;
        private final AtomicInteger seen = new AtomicInteger();
        private final CountDownLatch arrived = new CountDownLatch(1);
        private final CountDownLatch dropped = new CountDownLatch(1);

        private Hold(Side side, ApiKeys api, String client, int nth) {
            this.side = side;
            this.api = api;
            this.client = client;
            this.nth = nth;
        }

        private boolean is(Side of, int key, String name) {
            return side == of
                    && api.id == key
                    && name.contains(client)
                    && seen.incrementAndGet() == nth;
        }

        private void keep() throws IOException {
            arrived.countDown();
            try {
                dropped.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new IOException("dropped");
        }

        /** Waits until it is held back. */
        void await() {
            try {
                if (!arrived.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw new AssertionError("no " + side + " of " + api + " by " + client);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        /** Throws it away, and the connection with it. */
        void drop() {
            dropped.countDown();
        }
    }

    /** A client's connection and ours to the broker in its place. */
    private final class Connection implements Closeable {
        private final Socket client;
        private final Socket broker;
        private final Map<Integer, Hold> heldAnswers = new ConcurrentHashMap<>();

        Connection(Socket client, Socket broker) {
            this.client = client;
            this.broker = broker;
        }

        void passRequests() {
            pass(client, broker, this::request);
        }

        void passAnswers() {
            pass(broker, client, this::answer);
        }

        private void pass(Socket from, Socket to, Watch watch) {
            try (this) {
                var in = new DataInputStream(from.getInputStream());
                var out = new DataOutputStream(new BufferedOutputStream(to.getOutputStream()));
                while (true) {
                    var frame = new byte[in.readInt()];
                    in.readFully(frame);
                    watch.see(ByteBuffer.wrap(frame));
                    out.writeInt(frame.length);
                    out.write(frame);
                    out.flush();
                }
            } catch (IOException e) {
                // One of the two is gone, and so is the other.
            }
        }

        private void request(ByteBuffer frame) throws IOException {
            int api = frame.getShort();
            frame.getShort();
            int correlation = frame.getInt();
            int length = frame.getShort();
            var name = new byte[Math.max(0, length)];
            frame.get(name);
            var client = new String(name, StandardCharsets.UTF_8);
            for (var hold : holds) {
                if (hold.is(Side.REQUEST, api, client)) {
                    hold.keep();
                } else if (hold.is(Side.ANSWER, api, client)) {
                    heldAnswers.put(correlation, hold);
                }
            }
        }

        private void answer(ByteBuffer frame) throws IOException {
            var hold = heldAnswers.remove(frame.getInt());
            if (hold != null) {
                hold.keep();
            }
        }

        @Override
        public void close() {
            try {
                client.close();
                broker.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            connections.remove(this);
        }
    }

    private interface Watch {
        void see(ByteBuffer frame) throws IOException;
    }
}
