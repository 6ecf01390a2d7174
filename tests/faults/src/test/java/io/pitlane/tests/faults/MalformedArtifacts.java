package io.pitlane.tests.faults;

import static io.pitlane.contract.failure.Failure.Kind.ARTIFACT_DAMAGED;
import static io.pitlane.contract.failure.Failure.Kind.ARTIFACT_EXPIRED;
import static io.pitlane.contract.failure.Failure.Kind.INVALID_INPUT;

import io.pitlane.contract.Topics;
import io.pitlane.contract.artifact.ArtifactRef;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;

/** Jobs that are well written, with artifacts that are not. */
final class MalformedArtifacts {
    private MalformedArtifacts() {}

    static Stream<MalformedInput> all() {
        return Stream.concat(damagedInTheLog(), archives());
    }

    private static Stream<MalformedInput> damagedInTheLog() {
        return Stream.of(
                damaged("no such artifact", run -> run.chunks().ref(144, 3, 4)),
                damaged(
                        "offsets beyond the end",
                        run -> run.chunks().write(0).ref(144, 1L << 40, 4)),
                damaged(
                        "no such partition",
                        run -> {
                            var ref = run.chunks().write(0).ref();
                            return new ArtifactRef(ref.digest(), 144, ref.kind(), 99, 0, 3, 4);
                        }),
                MalformedInput.artifact(
                        "an artifact that has expired",
                        ARTIFACT_EXPIRED,
                        "no longer in the log",
                        run -> {
                            var chunks = run.chunks().write(0).write(1).write(2).write(3);
                            expire(run, chunks.ref());
                            run.submit(chunks.ref());
                        }),
                damaged(
                        "a flipped bit",
                        run -> {
                            var chunks = run.chunks();
                            chunks.content(2)[5] ^= 1;
                            return chunks.write(0).write(1).write(2).write(3).ref();
                        }),
                damaged("a missing chunk", run -> run.chunks().write(0).write(1).write(3).ref()),
                damaged(
                        "a doubled chunk",
                        run -> run.chunks().write(0).write(1).write(1).write(2).write(3).ref()),
                damaged(
                        "chunks in another order",
                        run -> run.chunks().write(0).write(2).write(1).write(3).ref()),
                damaged(
                        "a chunk without content",
                        run -> run.chunks().write(0).write(1, null, 4).write(2).write(3).ref()),
                damaged(
                        "a wrong count in a header",
                        run -> {
                            var chunks = run.chunks();
                            return chunks.write(0)
                                    .write(1, chunks.content(1), 5)
                                    .write(2)
                                    .write(3)
                                    .ref();
                        }),
                damaged(
                        "an index of two bytes",
                        run -> {
                            var chunks = run.chunks();
                            return chunks.write(0)
                                    .write(1)
                                    .write(chunks.content(2), new byte[2], SubmittedRun.number(4))
                                    .write(3)
                                    .ref();
                        }),
                damaged(
                        "a size that is not its own",
                        run -> {
                            var chunks = run.chunks().write(0).write(1).write(2).write(3);
                            return chunks.ref(143, chunks.last(), 4);
                        }),
                damaged(
                        "fewer chunks than were sent",
                        run -> {
                            var chunks = run.chunks().write(0).write(1).write(2).write(3);
                            return chunks.ref(144, chunks.last(), 3);
                        }));
    }

    private static MalformedInput damaged(String name, Reference reference) {
        return MalformedInput.artifact(
                name, ARTIFACT_DAMAGED, "in the log", run -> run.submit(reference.of(run)));
    }

    private interface Reference {
        ArtifactRef of(SubmittedRun run) throws Exception;
    }

    private static void expire(SubmittedRun run, ArtifactRef ref) throws Exception {
        var place = new TopicPartition(Topics.DEFAULT.artifacts(), ref.partition());
        try (var admin = Admin.create(run.testCluster().client())) {
            admin.deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(ref.lastOffset())))
                    .all()
                    .get();
        }
    }

    private static Stream<MalformedInput> archives() {
        return Stream.of(
                archive(
                        "a path that leads out",
                        "'../evil', which does not lie below",
                        a -> a.file("../evil")),
                archive(
                        "an absolute path",
                        "'/tmp/evil', which does not lie below",
                        a -> a.file("/tmp/evil")),
                archive(
                        "a symbolic link",
                        "neither a file nor a folder",
                        a -> a.symbolicLink("evil")),
                archive("a hard link", "neither a file nor a folder", a -> a.hardLink("evil")),
                archive("a device", "neither a file nor a folder", a -> a.device("evil")),
                archive("a named pipe", "neither a file nor a folder", a -> a.pipe("evil")),
                archive("a file twice", "twice", a -> a.file("same").file("same")),
                archive("too many files", "more than 10000 files", a -> a.files(10_001)),
                archive(
                        "a name of two megabytes",
                        "longer than it may be",
                        a -> a.fileOfLongName("n".repeat(2 << 20))),
                archive(
                        "ten gigabytes of zeros",
                        "unpacks to more than 1073741824 bytes",
                        a -> a.zeros(256L << 20, 40)),
                archive(
                        "one file of ten gigabytes",
                        "unpacks to more than 1073741824 bytes",
                        a -> a.zeros(10L << 30, 1)),
                MalformedInput.artifact(
                        "an archive that unpacks to more than was said at the gateway",
                        INVALID_INPUT,
                        "unpacks to more than 1000 bytes",
                        run -> submitSaying(1000, run)),
                MalformedInput.artifact(
                        "an archive that unpacks to more than the stage allows",
                        INVALID_INPUT,
                        "pitlane.artifact.max-unpacked allows 1073741824",
                        run -> submitSaying((1L << 30) + 1, run)),
                MalformedInput.artifact(
                        "not gzip",
                        INVALID_INPUT,
                        "cannot be unpacked",
                        run -> run.submit(Files.writeString(run.file(), "rubbish " + run.runId()))),
                MalformedInput.artifact(
                        "an archive that is cut off",
                        INVALID_INPUT,
                        "cannot be unpacked",
                        run -> {
                            var whole = run.file();
                            try (var archive = new HostileArchive(whole)) {
                                archive.random("saved_model.pb", 100_000);
                            }
                            var half = Files.readAllBytes(whole);
                            run.submit(
                                    Files.write(run.file(), Arrays.copyOf(half, half.length / 2)));
                        }));
    }

    /** Submits a model of 1200 bytes and more, with any number in its reference. */
    private static void submitSaying(long unpackedBytes, SubmittedRun run) throws Exception {
        var file = run.file();
        try (var archive = new HostileArchive(file)) {
            archive.random("saved_model.pb", 1200);
        }
        var sent = run.testCluster().artifacts().publish(ArtifactRef.Kind.MODEL, file);
        run.submit(sent.toBuilder().unpackedBytes(unpackedBytes).build());
    }

    private static MalformedInput archive(String name, String says, Filling filling) {
        return MalformedInput.artifact(
                "an archive with " + name,
                INVALID_INPUT,
                says,
                run -> {
                    var file = run.file();
                    try (var archive = new HostileArchive(file)) {
                        archive.random("saved_model.pb", 16);
                        filling.of(archive);
                    }
                    run.submit(file);
                });
    }

    private interface Filling {
        void of(HostileArchive archive) throws Exception;
    }
}
