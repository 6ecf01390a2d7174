package io.pitlane.data.folder;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.data.Annotations;
import io.pitlane.data.Box;
import io.pitlane.data.ClassNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/**
 * Reads boxes from XML files in the format of the Pascal VOC challenge (Everingham et al. 2010),
 * one file per image, named like the image. Pixel coordinates start at 1 and are inclusive.
 */
final class VocFolder {
    private final DocumentBuilder parser;

    /** An object with the class name of the file. */
    private record VocObject(
            String name, float x1, float y1, float x2, float y2, boolean difficult) {}

    private VocFolder() {
        try {
            var factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            // Without document types there are no entities: no external access, no entity
            // expansion.
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            parser = factory.newDocumentBuilder();
            parser.setErrorHandler(null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("this Java has no safe XML parser", e);
        }
    }

    /**
     * Reads the boxes of every image.
     *
     * @param list file with the names of the images to use; null for all
     * @param classes names in the model's order; null for alphabetical order
     */
    static AnnotatedFiles read(ImageFolder images, Path folder, Path list, List<String> classes) {
        var reader = new VocFolder();
        var files = new ArrayList<Path>();
        var sources = new ArrayList<Path>();
        var objects = new ArrayList<List<VocObject>>();
        images.chosen(list)
                .forEach(
                        (name, image) -> {
                            var xml = folder.resolve(name + ".xml");
                            files.add(image);
                            sources.add(xml);
                            objects.add(reader.objects(xml, image));
                        });
        var names =
                ClassNames.of(
                        classes,
                        objects.stream().flatMap(List::stream).map(VocObject::name).toList());
        var boxes = new ArrayList<List<Box>>();
        for (int i = 0; i < files.size(); i++) {
            var where = sources.get(i).toString();
            boxes.add(objects.get(i).stream().map(object -> box(object, names, where)).toList());
        }
        return AnnotatedFiles.of(files, new Annotations.Boxes(boxes), names);
    }

    private static Box box(VocObject object, ClassNames names, String where) {
        return new Box(
                names.index(object.name(), where),
                object.x1(),
                object.y1(),
                object.x2(),
                object.y2(),
                object.difficult());
    }

    private List<VocObject> objects(Path xml, Path image) {
        if (!Files.isRegularFile(xml)) {
            throw invalidInput(
                    "The image %s has no annotation: there is no %s.".formatted(image, xml),
                    "Add the file, remove the image, or name the images to take in a list.");
        }
        try (var in = Files.newInputStream(xml)) {
            var objects = new ArrayList<VocObject>();
            for (var object : children(parser.parse(in).getDocumentElement(), "object")) {
                objects.add(object(object, xml));
            }
            return objects;
        } catch (SAXException | IOException e) {
            throw damaged(xml, "cannot be read (" + e.getMessage() + ")").causedBy(e);
        }
    }

    private static VocObject object(Element object, Path xml) {
        var box = children(object, "bndbox");
        if (box.isEmpty()) {
            throw damaged(xml, "has an object without bndbox");
        }
        float x1 = number(box.get(0), "xmin", xml) - 1;
        float y1 = number(box.get(0), "ymin", xml) - 1;
        float x2 = number(box.get(0), "xmax", xml);
        float y2 = number(box.get(0), "ymax", xml);
        if (x2 <= x1 || y2 <= y1) {
            throw damaged(xml, "has an object whose bndbox is empty");
        }
        var difficult = children(object, "difficult");
        return new VocObject(
                text(object, "name", xml),
                x1,
                y1,
                x2,
                y2,
                !difficult.isEmpty() && difficult.get(0).getTextContent().strip().equals("1"));
    }

    private static float number(Element parent, String name, Path xml) {
        var text = text(parent, name, xml);
        try {
            float value = Float.parseFloat(text);
            if (Float.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        throw damaged(xml, "has '" + text + "' as " + name);
    }

    private static String text(Element parent, String name, Path xml) {
        var found = children(parent, name);
        if (found.isEmpty()) {
            throw damaged(xml, "has an object without " + name);
        }
        return found.get(0).getTextContent().strip();
    }

    /** Direct children only: the parts of an object have names and boxes, too. */
    private static List<Element> children(Element parent, String name) {
        var found = new ArrayList<Element>();
        for (var node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }

    private static FailureException damaged(Path xml, String what) {
        return invalidInput(
                "The annotation %s %s.".formatted(xml, what), "Correct or replace the file.");
    }
}
