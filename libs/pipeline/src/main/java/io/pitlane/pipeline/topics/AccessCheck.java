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
 * Checks that the service's user has every right on the cluster that the service needs. A missing
 * right is better known at the start than after an hour's work that cannot be handed over: while
 * one is missing, the service logs it, is not ready, and begins no job. Thread-safe.
 */
@ApplicationScoped
public class AccessCheck {
    private static final Logger LOG = Logger.getLogger(AccessCheck.class);
    private static final int PAUSE_SECONDS = 5;

    private final AccessProbe probe;
    private final String service;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile String problem = "";
    private volatile boolean allowed;

    AccessCheck(KafkaClientConfig client, TopicAccess access) {
        this.probe = new AccessProbe(client.settings(), access);
        this.service = access.service();
    }

    void start(@Observes StartupEvent event) {
        var thread = new Thread(this::checkUntilAllowed, "access");
        thread.setDaemon(true);
        thread.start();
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
    }

    private void checkUntilAllowed() {
        try {
            while (!isAllowed() && !stopping.await(PAUSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.debug("Checking the rights again");
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
            LOG.debug("The rights are not known to be sufficient", e);
            return false;
        }
    }

    /**
     * Returns when no right is missing.
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
            problem = "";
        } catch (AuthorizationException e) {
            report(e.getMessage());
            throw e;
        } catch (AuthenticationException e) {
            report(
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

    /** Logs each problem once, not every few seconds. */
    private void report(String sentence) {
        if (!sentence.equals(problem)) {
            LOG.error(sentence);
        }
        problem = sentence;
    }

    /** Has the rights checked again, after the cluster refused something. */
    public void invalidate() {
        allowed = false;
    }

    /** The missing rights, or why they are unknown; empty when none is known to be missing. */
    public String problem() {
        return problem;
    }
}
