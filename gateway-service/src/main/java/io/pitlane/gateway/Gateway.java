package io.pitlane.gateway;

import io.pitlane.contract.Topics;
import io.pitlane.gateway.config.GatewayConfig;
import io.pitlane.gateway.triggers.TriggerConsumer;
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
 * What the gateway does from start to end: see that the topics are there, then follow them and take
 * the triggers. The broker may come later than the gateway, which is live but not ready until then.
 */
@ApplicationScoped
class Gateway {
    private static final Logger LOG = Logger.getLogger(Gateway.class);
    private static final int PAUSE_SECONDS = 1;

    private final StateReplay replay;
    private final TriggerConsumer triggers;
    private final TopicLayout layout;
    private final KafkaClientConfig client;
    private final boolean createsTopics;
    private final CountDownLatch stopping = new CountDownLatch(1);

    Gateway(
            StateReplay replay,
            TriggerConsumer triggers,
            Topics topics,
            KafkaClientConfig client,
            GatewayConfig config) {
        this.replay = replay;
        this.triggers = triggers;
        this.layout = new TopicLayout(topics);
        this.client = client;
        this.createsTopics = config.topics().create();
    }

    void start(@Observes StartupEvent event) {
        inBackground("topics", this::work);
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
        replay.stop();
        triggers.stop();
    }

    private static void inBackground(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void work() {
        var ready = !createsTopics;
        while (!ready && stopping.getCount() > 0) {
            ready = haveTopics();
        }
        inBackground("triggers", triggers);
        replay.run();
    }

    private boolean haveTopics() {
        try (var admin = Admin.create(client.settings())) {
            layout.createMissing(admin);
            return true;
        } catch (KafkaException e) {
            LOG.warnf("The topics are not there yet, trying again: %s", e.getMessage());
            LOG.debug("The topics are not there yet", e);
            pause();
            return false;
        }
    }

    private void pause() {
        try {
            if (stopping.await(PAUSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.debug("Stopping");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping.countDown();
        }
    }
}
