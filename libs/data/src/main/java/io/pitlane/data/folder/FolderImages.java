package io.pitlane.data.folder;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.data.DataSource;
import io.pitlane.data.Annotations;
import io.pitlane.data.ClassNames;
import io.pitlane.data.ImageSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a folder of images and their annotations. */
public final class FolderImages {
    private FolderImages() {}

    /** Lists the images and reads their annotations; pixels are read on demand. */
    public static ImageSet open(DataSource.Folder source, Path root) {
        var folder = new ImageFolder(root.resolve(source.folder()));
        return read(source, folder, root).toSet();
    }

    private static AnnotatedFiles read(DataSource.Folder source, ImageFolder folder, Path root) {
        if (source.labels() != null) {
            return CsvAnnotations.classes(
                    folder, root.resolve(source.labels()), source.columns(), source.classes());
        }
        if (source.targets() != null) {
            return CsvAnnotations.values(folder, root.resolve(source.targets()), source.columns());
        }
        var list = source.list() == null ? null : root.resolve(source.list());
        if (source.masks() != null) {
            return MaskFolder.read(folder, root.resolve(source.masks()), list);
        }
        if (source.voc() != null) {
            return VocFolder.read(folder, root.resolve(source.voc()), list, source.classes());
        }
        if (source.coco() != null) {
            return CocoFile.read(folder, root.resolve(source.coco()), source.classes());
        }
        return bySubFolder(folder, source.classes());
    }

    private static AnnotatedFiles bySubFolder(ImageFolder folder, List<String> classes) {
        var subFolders = folder.subFolders();
        var loose = folder.images();
        if (subFolders.isEmpty() && classes == null) {
            return new AnnotatedFiles(loose, Optional.empty(), ClassNames.NONE);
        }
        if (subFolders.isEmpty() || !loose.isEmpty()) {
            throw invalidInput(
                    subFolders.isEmpty()
                            ? "The folder " + folder.root() + " has no sub-folders."
                            : "The folder %s holds images beside its sub-folders, as %s."
                                    .formatted(folder.root(), loose.get(0).getFileName()),
                    "Put the images of each class into a sub-folder of its own.");
        }
        return labelled(subFolders, classes);
    }

    private static AnnotatedFiles labelled(List<Path> subFolders, List<String> classes) {
        var found = subFolders.stream().map(path -> path.getFileName().toString()).toList();
        var names = new ClassNames(classes == null ? found : classes);
        var files = new ArrayList<Path>();
        var labels = new ArrayList<Integer>();
        for (var subFolder : subFolders) {
            int label = names.index(subFolder.getFileName().toString(), "the folder " + subFolder);
            for (var file : new ImageFolder(subFolder).images()) {
                files.add(file);
                labels.add(label);
            }
        }
        int[] all = labels.stream().mapToInt(i -> i).toArray();
        return AnnotatedFiles.of(files, new Annotations.Classes(all), names);
    }
}
