package io.pitlane.training.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;

/**
 * Checkpoints in files {@code NAME.ckpt} of a folder, replaced by an atomic move.
 *
 * @param folder an existing folder
 * @param every the checkpoint interval
 */
public record FileCheckpoints(Path folder, Duration every) implements Checkpoints {

    @Override
    public Optional<byte[]> load(String name) {
        try {
            return Files.exists(file(name))
                    ? Optional.of(Files.readAllBytes(file(name)))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file(name), e);
        }
    }

    @Override
    public void save(String name, byte[] state) {
        try {
            var temporary = Files.createTempFile(folder, name, ".tmp");
            Files.write(temporary, state);
            Files.move(
                    temporary,
                    file(name),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file(name), e);
        }
    }

    private Path file(String name) {
        return folder.resolve(name + ".ckpt");
    }
}
