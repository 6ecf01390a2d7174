package io.pitlane.pipeline.topics;

import io.pitlane.pipeline.config.KafkaClientConfig;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jboss.logging.Logger;

/**
 * Whether the cluster lets the service do all that it will have to do. A right that is missing is
 * better known at the start than after an hour's work that cannot be handed over: until it is
 * there, the service says which one, is not ready, and begins no job. Thread-safe.
 */
@ApplicationScoped
public class AccessCheck {
    private static final Logger LOG = Logger.getLogger(AccessCheck.class);
    private static final int PAUSE_SECONDS = 5;

    private final AccessProbe probe;
    private final String service;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile String trouble = "";
    private volatile boolean allowed;

    AccessCheck(KafkaClientConfig client, TopicAccess access) {
        this.probe = new AccessProbe(client.settings(), access);
        this.service = access.service();
    }

    void start(@Observes StartupEvent event) {
        var thread = new Thread(this::insist, "access");
        thread.setDaemon(true);
        thread.start();
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
    }

    private void insist() {
        try {
            while (!isAllowed() && !stopping.await(PAUSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.debug("Asking again what is allowed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isAllowed() {
        try {
            require();
            return true;
        } catch (KafkaException e) {
            LOG.debug("What is allowed is not known to be enough", e);
            return false;
        }
    }

    /**
     * Returns when everything is allowed.
     *
     * @throws AuthorizationException naming the rights that are missing
     * @throws KafkaException when the cluster cannot be asked
     */
    public synchronized void require() {
        if (allowed) {
            return;
        }
        try {
            var missing = probe.missing();
            if (!missing.isEmpty()) {
                throw new AuthorizationException(sentence(missing));
            }
            allowed = true;
            trouble = "";
        } catch (AuthorizationException e) {
            say(e.getMessage());
            throw e;
        } catch (AuthenticationException e) {
            say(
                    "Kafka does not let the "
                            + service
                            + " service in: "
                            + e.getMessage()
                            + ". Check kafka.security.protocol, kafka.sasl.* and kafka.ssl.*.");
            throw e;
        }
    }

    private String sentence(List<String> missing) {
        return "The "
                + service
                + " service may not "
                + String.join(", ", missing)
                + ". Allow its user what docs/how-to/secure.md lists for "
                + service
                + ".";
    }

    /** Once, not every few seconds. */
    private void say(String sentence) {
        if (!sentence.equals(trouble)) {
            LOG.error(sentence);
        }
        trouble = sentence;
    }

    /** Asks anew the next time: something was refused. */
    public void doubt() {
        allowed = false;
    }

    /** Why the cluster does not let the service do its work; empty when it does. */
    public String trouble() {
        return trouble;
    }
}
