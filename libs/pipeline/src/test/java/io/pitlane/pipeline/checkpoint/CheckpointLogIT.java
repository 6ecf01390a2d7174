package io.pitlane.pipeline.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pitlane.contract.Topics;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.run.Checkpoint;
import io.pitlane.contract.run.Job;
import io.pitlane.kafka.EmbeddedKafka;
import io.pitlane.pipeline.consumer.Claim;
import io.pitlane.pipeline.consumer.ConsumerGroups;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.handover.HandOver;
import io.pitlane.pipeline.testing.GroupMember;
import io.pitlane.pipeline.testing.Plans;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class CheckpointLogIT {
    private static final Topics TOPICS = Topics.DEFAULT;
    private static final EventRecords EVENTS = new EventRecords(TOPICS, "test");

    @TempDir static Path data;
    private static EmbeddedKafka kafka;

    private final String group = UUID.randomUUID().toString();
    private final Job job =
            new Job(group, Plans.named("works"), 0, null, List.of(), List.of(), Instant.now());
    private final List<AutoCloseable> open = new ArrayList<>();
    private Replica owner;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start(data);
        kafka.createTopics(
                List.of(
                        new NewTopic("jobs", 2, (short) 1),
                        new NewTopic(TOPICS.checkpoints(), 1, (short) 1)));
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    /** A service that takes part in the group. */
    private final class Replica {
        private final CheckpointLog log;
        private GroupMember member = join();

        Replica(String name) {
            var transactions = new HandOver(client(), group + name);
            log = new CheckpointLog(client(), TOPICS, EVENTS, transactions, Duration.ofMinutes(1));
            open.add(log);
        }

        private GroupMember join() {
            var joined = new GroupMember(kafka.bootstrapServers(), group, "jobs");
            open.add(joined);
            return joined;
        }

        /** Leaves the group without having ended, and gives its place to another. */
        void giveWayTo(Replica successor) {
            member.close();
            successor.member.assigned();
            member = join();
        }

        Claim claim() {
            return member.claim(message());
        }

        Claim checkedClaim() {
            return member.checkedClaim(message());
        }

        /** Of any partition that it has. */
        private ConsumerRecord<String, byte[]> message() {
            var partition = member.assigned().poll().iterator().next().partition();
            return new ConsumerRecord<>("jobs", partition, 0, "key", new byte[0]);
        }

        void begin() {
            log.begin(claim(), job, latest(), log.begunByOthers(latest()));
        }

        Optional<Checkpoint> latest() {
            return log.latest(job);
        }

        CrashLoopGuard guard(int maxAttempts) {
            return new CrashLoopGuard(log, new ConsumerGroups(client()), maxAttempts);
        }
    }

    @BeforeEach
    void begin() {
        owner = new Replica("owner");
        owner.begin();
    }

    @AfterEach
    void close() throws Exception {
        for (var opened : open) {
            opened.close();
        }
    }

    @Test
    void theOwnerReplacesItsCheckpoint() {
        // Given
        owner.log.replace(owner.claim(), job, null, artifact('a'));

        // When
        owner.log.replace(owner.claim(), job, null, artifact('b'));

        // Then
        assertThat(owner.latest()).map(Checkpoint::artifact).contains(artifact('b'));
    }

    /** Its claim is checked before the upload, and lost during it. */
    @Test
    void aReplicaThatHasLostItsClaimReplacesNoNewerCheckpoint() {
        // Given
        var stale = owner.checkedClaim();
        var successor = new Replica("successor");
        owner.giveWayTo(successor);
        successor.begin();
        successor.log.replace(successor.claim(), job, null, artifact('b'));
        var newer = successor.latest();

        // When
        assertThatThrownBy(() -> owner.log.replace(stale, job, null, artifact('a')))
                .isInstanceOf(KafkaException.class);
        assertThatThrownBy(() -> owner.log.begin(stale, job, newer, List.of()))
                .isInstanceOf(KafkaException.class);
        assertThatThrownBy(() -> owner.log.release(stale, job)).isInstanceOf(KafkaException.class);

        // Then
        assertThat(successor.latest()).isEqualTo(newer);
        assertThat(newer).map(Checkpoint::artifact).contains(artifact('b'));
    }

    @Test
    void aCheckpointThatIsRemovedIsNotWrittenAgainByAReplicaThatHasLostItsClaim() {
        // Given
        var stale = owner.checkedClaim();
        var successor = new Replica("successor");
        owner.giveWayTo(successor);
        var handOver = new HandOver(client(), group);
        open.add(handOver);
        handOver.commit(
                successor.claim(), producer -> producer.send(EVENTS.checkpointTombstone(job)));

        // When
        assertThatThrownBy(() -> owner.log.replace(stale, job, null, artifact('a')))
                .isInstanceOf(KafkaException.class);

        // Then
        assertThat(successor.latest()).isEmpty();
    }

    @Test
    void aServiceThatTakesTheStepUpAgainHasNotDiedOfIt() {
        // Given
        var other = new Replica("other");

        // When
        for (int i = 0; i < 3; i++) {
            owner.giveWayTo(other);
            other.guard(2).begin(other.claim(), job, other.latest());
            other.giveWayTo(owner);
            owner.guard(2).begin(owner.claim(), job, owner.latest());
        }

        // Then
        assertThat(owner.latest().orElseThrow().begunBy()).hasSize(2);
    }

    @Test
    void aServiceThatIsStillInTheGroupHasNotDiedOfTheStep() {
        // Given
        var other = new Replica("other");
        var third = new Replica("third");
        while (other.member.poll().isEmpty()) {
            owner.member.poll();
        }

        // When
        other.guard(1).begin(other.claim(), job, other.latest());
        other.giveWayTo(owner);
        var failure =
                catchThrowableOfType(
                        FailureException.class,
                        () -> third.guard(1).begin(owner.claim(), job, third.latest()));

        // Then
        assertThat(failure.kind()).isEqualTo(Failure.Kind.CRASHED);
        assertThat(failure).hasMessageContaining("begun 1 times");
    }

    private static ArtifactRef artifact(char digit) {
        return new ArtifactRef(
                String.valueOf(digit).repeat(64), 7, ArtifactRef.Kind.CHECKPOINT, 0, 1, 2, 2);
    }

    private static Map<String, Object> client() {
        return Map.of("bootstrap.servers", kafka.bootstrapServers());
    }
}
