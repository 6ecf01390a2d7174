package io.pitlane.data.folder;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.data.Annotations;
import io.pitlane.data.Box;
import io.pitlane.data.ClassNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reads boxes from a JSON file in the format of the COCO data set (Lin et al. 2014): {@code [x, y,
 * width, height]} in pixels from 0. Crowds become difficult boxes.
 */
final class CocoFile {
    private final Path file;
    private final Content content;

    /** The parts of the file that are read. */
    record Content(List<CocoImage> images, List<Instance> annotations, List<Category> categories) {}

    record CocoImage(long id, @JsonProperty("file_name") String fileName) {}

    record Instance(
            long id,
            @JsonProperty("image_id") long imageId,
            @JsonProperty("category_id") long categoryId,
            List<Float> bbox,
            int iscrowd) {}

    record Category(long id, String name) {}

    private CocoFile(Path file) {
        this.file = file;
        try (var in = Files.newInputStream(file)) {
            content = ContractJson.MAPPER.readValue(in, Content.class);
        } catch (JsonProcessingException e) {
            throw damaged("is no COCO JSON (" + e.getOriginalMessage() + ")").causedBy(e);
        } catch (IOException e) {
            throw damaged("cannot be read (" + e.getMessage() + ")").causedBy(e);
        }
        if (content.images() == null
                || content.annotations() == null
                || content.categories() == null) {
            throw damaged("lacks images, annotations or categories");
        }
    }

    /**
     * Reads the boxes of every image in the file.
     *
     * @param classes names in the model's order; null for the order of the category ids
     */
    static AnnotatedFiles read(ImageFolder folder, Path file, List<String> classes) {
        return new CocoFile(file).read(folder, classes);
    }

    private AnnotatedFiles read(ImageFolder folder, List<String> classes) {
        var names = new ClassNames(classes == null ? namesById() : classes);
        var boxes = boxesByImage(names);
        var files = new ArrayList<Path>();
        var all = new ArrayList<List<Box>>();
        for (var image : content.images()) {
            if (image.fileName() == null) {
                throw damaged("has image " + image.id() + " without file_name");
            }
            files.add(folder.file(image.fileName(), file.toString()));
            all.add(boxes.getOrDefault(image.id(), List.of()));
        }
        return AnnotatedFiles.of(files, new Annotations.Boxes(all), names);
    }

    private List<String> namesById() {
        return content.categories().stream()
                .sorted(Comparator.comparingLong(Category::id))
                .map(Category::name)
                .toList();
    }

    private Map<Long, List<Box>> boxesByImage(ClassNames names) {
        var categories = new HashMap<Long, String>();
        content.categories().forEach(category -> categories.put(category.id(), category.name()));
        var imageIds = content.images().stream().map(CocoImage::id).collect(Collectors.toSet());
        var boxes = new HashMap<Long, List<Box>>();
        for (var instance : content.annotations()) {
            var where = "%s, annotation %d,".formatted(file, instance.id());
            var name = categories.get(instance.categoryId());
            if (name == null || !imageIds.contains(instance.imageId())) {
                throw damaged(
                        "has annotation %d of category %d in image %d, which are not both there"
                                .formatted(
                                        instance.id(), instance.categoryId(), instance.imageId()));
            }
            var box = box(instance, names.index(name, where));
            // COCO itself contains boxes without area.
            if (box.x2() > box.x1() && box.y2() > box.y1()) {
                boxes.computeIfAbsent(instance.imageId(), id -> new ArrayList<>()).add(box);
            }
        }
        return boxes;
    }

    private Box box(Instance instance, int label) {
        var at = instance.bbox();
        if (at == null
                || at.size() != 4
                || at.stream().anyMatch(v -> v == null || !Float.isFinite(v))) {
            throw damaged("has annotation " + instance.id() + " without bbox of four numbers");
        }
        float x = at.get(0);
        float y = at.get(1);
        return new Box(label, x, y, x + at.get(2), y + at.get(3), instance.iscrowd() == 1);
    }

    private FailureException damaged(String what) {
        return invalidInput(
                "The file %s %s.".formatted(file, what), "Correct or replace the file.");
    }
}
