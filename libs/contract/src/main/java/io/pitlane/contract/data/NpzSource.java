package io.pitlane.contract.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.validation.Problems;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Arrays of a NumPy .npz file: images uint8 {@code [N, H, W]} or {@code [N, H, W, C]}, or arrays of
 * float32 of any shape {@code [N, ...]}, and labels (integers {@code [N]}), masks (integers {@code
 * [N, H, W]}) or targets (numbers {@code [N]} or {@code [N, K]}).
 *
 * @param npz path of the file
 * @param keys names of the arrays
 */
public record NpzSource(String npz, Keys keys) implements DataSource {

    /**
     * Names of arrays; when all are null, {@code images} or {@code x}, and whichever there is of
     * {@code labels}, {@code y}, {@code masks} and {@code targets}.
     *
     * @param images the images; null for {@code images} or {@code x}
     * @param labels the classes
     * @param masks the masks
     * @param targets the values for regression
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Keys(String images, String labels, String masks, String targets) {
        public static final Keys DEFAULT = new Keys(null, null, null, null);
    }

    public NpzSource {
        keys = keys == null ? Keys.DEFAULT : keys;
    }

    @Override
    public Map<String, String> paths() {
        return npz == null ? Map.of() : Map.of("npz", npz);
    }

    @Override
    public DataSource mapPaths(UnaryOperator<String> path) {
        return new NpzSource(path.apply(npz), keys);
    }

    @Override
    public boolean mayHoldArrays() {
        return true;
    }

    @Override
    public void check(Problems problems) {
        problems.present(npz, "npz", "name the .npz file");
        long kinds =
                Stream.of(keys.labels(), keys.masks(), keys.targets())
                        .filter(Objects::nonNull)
                        .count();
        problems.require(kinds <= 1, "keys", "must have at most one of labels, masks and targets");
    }
}
