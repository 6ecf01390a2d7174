package io.pitlane.gateway;

import io.pitlane.contract.Topics;
import io.pitlane.gateway.config.GatewayConfig;
import io.pitlane.gateway.topics.SharedTopicConsumer;
import io.pitlane.pipeline.config.KafkaClientConfig;
import io.pitlane.pipeline.topics.TopicLayout;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Starts and stops the gateway: creates missing topics, then reads the topics and consumes those
 * that the gateways share. The broker may start later than the gateway, which is live but not ready
 * until then.
 */
@ApplicationScoped
class GatewayLifecycle {
    private static final Logger LOG = Logger.getLogger(GatewayLifecycle.class);
    private static final int RETRY_SECONDS = 1;

    private final StateReplay replay;
    private final SharedTopicConsumer shared;
    private final TopicLayout layout;
    private final KafkaClientConfig client;
    private final boolean createsTopics;
    private final CountDownLatch stopping = new CountDownLatch(1);

    GatewayLifecycle(
            StateReplay replay,
            SharedTopicConsumer shared,
            Topics topics,
            KafkaClientConfig client,
            GatewayConfig config) {
        this.replay = replay;
        this.shared = shared;
        this.layout = new TopicLayout(topics);
        this.client = client;
        this.createsTopics = config.topics().create();
    }

    void start(@Observes StartupEvent event) {
        inBackground("topics", this::prepareAndRun);
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
        replay.stop();
        shared.stop();
    }

    private static void inBackground(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void prepareAndRun() {
        var ready = !createsTopics;
        while (!ready && stopping.getCount() > 0) {
            ready = createTopics();
        }
        inBackground("shared-topics", shared);
        replay.run();
    }

    private boolean createTopics() {
        try (var admin = Admin.create(client.settings())) {
            layout.createMissing(admin);
            return true;
        } catch (KafkaException e) {
            LOG.warnf("The topics cannot be created, trying again: %s", e.getMessage());
            LOG.debug("The topics cannot be created", e);
            pause();
            return false;
        }
    }

    private void pause() {
        try {
            if (stopping.await(RETRY_SECONDS, TimeUnit.SECONDS)) {
                LOG.debug("Stopping");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping.countDown();
        }
    }
}
