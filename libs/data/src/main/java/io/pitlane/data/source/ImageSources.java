package io.pitlane.data.source;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.NpzSource;
import io.pitlane.contract.data.TfRecordSource;
import io.pitlane.data.ImageSet;
import io.pitlane.data.folder.FolderImages;
import java.nio.file.Path;

/** Opens the image sources of a plan. */
public final class ImageSources {
    private ImageSources() {}

    /**
     * Opens a source: lists its images and reads their annotations. Image files and masks are read
     * on demand, see {@link ImageSet#requireReadable}.
     *
     * @param root folder that the paths of the source are relative to
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT naming the file that is
     *     missing, damaged or empty
     */
    public static ImageSet open(DataSource source, Path root) {
        var set = read(source, root);
        if (set.size() == 0) {
            throw invalidInput(
                    "There is not one image in " + source.paths().values().iterator().next() + ".",
                    "Name a source that holds images.");
        }
        return set;
    }

    private static ImageSet read(DataSource source, Path root) {
        if (source instanceof DataSource.Idx idx) {
            return IdxImages.read(
                    root.resolve(idx.images()),
                    idx.labels() == null ? null : root.resolve(idx.labels()));
        } else if (source instanceof DataSource.Folder folder) {
            return FolderImages.open(folder, root);
        } else if (source instanceof DataSource.Cifar10 cifar) {
            return Cifar10Images.read(root.resolve(cifar.cifar10()));
        } else if (source instanceof NpzSource npz) {
            return NpzImages.read(root.resolve(npz.npz()), npz.keys());
        } else if (source instanceof TfRecordSource records) {
            return TfRecordImages.open(records, root);
        }
        throw new IllegalArgumentException("no reader for " + source);
    }
}
