package io.pitlane.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.failure.FailureException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
    @TempDir private Path folder;

    @Test
    void aFolderIsUsedByOneStackOnly() throws Exception {
        var state = new StateFolder(folder);
        try (var held = state.lock()) {
            assertThat(held.isOpen()).isTrue();

            assertThatThrownBy(state::lock)
                    .isInstanceOf(FailureException.class)
                    .hasMessageContaining("is running already")
                    .hasMessageContaining(folder.toString());
        }

        state.lock().close();
    }

    @Test
    void aFolderIsInUseAsLongAsItIsLocked() throws Exception {
        var state = new StateFolder(folder.resolve("state"));
        assertThat(state.isInUse()).isFalse();

        try (var held = state.lock()) {
            assertThat(held.isOpen()).isTrue();
            assertThat(state.isInUse()).isTrue();
        }

        assertThat(state.isInUse()).isFalse();
        state.lock().close();
    }

    @Test
    void anAddressIsFoundUntilItIsDeleted() {
        var state = new StateFolder(folder.resolve("state"));
        assertThat(state.savedAddress()).isEmpty();

        state.logs();
        assertThat(state.savedAddress()).isEmpty();

        var server = new StateFolder(folder);
        server.saveAddress(URI.create("http://127.0.0.1:4711"));
        assertThat(server.savedAddress()).contains(URI.create("http://127.0.0.1:4711"));

        server.deleteAddress();
        assertThat(server.savedAddress()).isEmpty();
    }

    @Test
    void aDamagedAddressIsNoAddress() throws Exception {
        Files.writeString(folder.resolve("server"), "not an address\n");

        assertThat(new StateFolder(folder).savedAddress()).isEmpty();
    }
}
