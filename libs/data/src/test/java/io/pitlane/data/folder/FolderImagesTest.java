package io.pitlane.data.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.data.DataSource.Folder;
import io.pitlane.contract.data.DataSource.Folder.Columns;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.data.Annotations;
import io.pitlane.data.Box;
import io.pitlane.data.ImageSet;
import io.pitlane.data.Mask;
import io.pitlane.data.PythonFixtures;
import io.pitlane.data.source.ImageSources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderImagesTest {
    @TempDir Path folder;

    @BeforeEach
    void given() throws IOException {
        copy("rgb.png", "images/a.png");
        copy("grey.png", "images/sub/b.png");
        copy("rgb.jpg", "images/c.jpg");
    }

    @Test
    void aCsvNamesClassesByNumber() throws IOException {
        write("labels.csv", "file,label\nsub/b.png,3\na.png,0\n");

        var set = open(labels("labels.csv", null, null));

        assertThat(set.labels()).contains(new int[] {3, 0});
        assertThat(set.image(0).pixels()).isEqualTo(PythonFixtures.image("grey.png").pixels());
        assertThat(set.image(1).pixels()).isEqualTo(PythonFixtures.image("rgb.png").pixels());
        assertThat(set.classNames()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t"})
    void aCsvNamesClassesByNameWithWhateverSeparator(String mark) throws IOException {
        write(
                "labels.csv",
                "\ufeffFilename,Width,ClassId\r\na.png,7,\"stop\"\r\nc.jpg,16,give way\r\n\r\n"
                        .replace(",", mark));
        var columns = new Columns("Filename", "ClassId", null);

        var alphabetical = open(labels("labels.csv", columns, null));
        var given = open(labels("labels.csv", columns, List.of("stop", "yield", "give way")));

        assertThat(alphabetical.labels()).contains(new int[] {1, 0});
        assertThat(alphabetical.classNames()).containsExactly("give way", "stop");
        assertThat(given.labels()).contains(new int[] {0, 2});
    }

    @Test
    void aCsvThatIsWrongIsRefusedWithItsRow() throws IOException {
        write("labels.csv", "file,label\na.png,stop\nnone.png,stop\n");
        write("short.csv", "file,label\na.png\n");
        write("outside.csv", "file,label\n../images/a.png,1\n../secret,1\n");
        write("empty.csv", "");

        assertRefused(labels("labels.csv", null, null), "labels.csv, row 2", "none.png");
        assertRefused(
                labels("labels.csv", null, List.of("go")), "labels.csv, row 1", "'stop'", "[go]");
        assertRefused(
                labels("labels.csv", new Columns("path", null, null), null),
                "no column 'path'",
                "[file, label]");
        assertRefused(labels("short.csv", null, null), "row 1 has 1 values for 2 columns");
        assertRefused(labels("outside.csv", null, null), "outside of");
        assertRefused(labels("empty.csv", null, null), "empty.csv", "it is empty");
        assertRefused(labels("nowhere.csv", null, null), "nowhere.csv");
    }

    @Test
    void aCsvOfTargetsHasOneOrMoreValuesAnImage() throws IOException {
        write("log.csv", "file,steering,speed,note\na.png,-0.25,12,x\nc.jpg,1e-1,13,y\n");

        var chosen =
                open(targets("log.csv", new Columns(null, null, List.of("speed", "steering"))));

        assertThat(values(chosen)).isDeepEqualTo(new float[][] {{12, -0.25f}, {13, 0.1f}});
        assertRefused(targets("log.csv", null), "log.csv, row 1", "'x'", "'note'");
        write("all.csv", "steering,file,speed\n1,a.png,2\n");
        assertThat(values(open(targets("all.csv", null)))).isDeepEqualTo(new float[][] {{1, 2}});
    }

    @Test
    void masksStandUnderTheNamesOfTheirImages() throws IOException {
        copy("mask-palette.png", "masks/a.png");
        copy("mask-grey.png", "masks/sub/b.png");
        copy("grey2.png", "masks/c.png");

        var set = open(masks(null));

        var masks = (Annotations.Masks) set.annotations().orElseThrow();
        assertThat(set.size()).isEqualTo(3);
        assertThat(masks.mask(0).classes())
                .isEqualTo(PythonFixtures.mask("mask/mask-palette.png").classes());
        assertThat(masks.mask(1).classes())
                .isEqualTo(PythonFixtures.mask("mask/grey2.png").classes());
        assertThat(masks.mask(0).at(0, 0)).isEqualTo(Mask.IGNORE);
        assertThatThrownBy(set::requireReadable)
                .hasMessageContaining("c.jpg is 4x8, but the image is 16x16");
        set.requireLabelsBelow(21);
    }

    @Test
    void aListChoosesImagesAndTheOthersNeedNoMask() throws IOException {
        copy("mask-grey.png", "masks/sub/b.png");
        copy("grey2.png", "masks/c.png");
        write("list.txt", "sub/b\n\nc.jpg\n");
        write("wrong.txt", "sub/d\n");

        assertThat(open(masks("list.txt")).size()).isEqualTo(2);
        assertThat(open(masks("list.txt")).image(0).channels()).isEqualTo(1);
        assertRefused(masks(null), "a.png has no mask", "no a.png in");
        assertRefused(masks("wrong.txt"), "wrong.txt", "sub/d");
    }

    @Test
    void vocBoxesCountPixelsFromOneAndTheirClassesByName() throws IOException {
        voc("a", "car", 1, 1, 7, 5, 0);
        voc("sub/b", "bus", 2, 3, 4, 5, 1);
        write("voc/c.xml", "<annotation><filename>c</filename></annotation>");

        var set = open(voc(null));

        assertThat(set.classNames()).containsExactly("bus", "car");
        assertThat(boxes(set))
                .containsExactly(
                        List.of(new Box(1, 0, 0, 7, 5, false)),
                        List.of(),
                        List.of(new Box(0, 1, 2, 4, 5, true)));
        assertThat(boxes(open(voc(List.of("background", "car", "bus")))).get(0).get(0).label())
                .isEqualTo(1);
        assertRefused(voc(List.of("car")), "b.xml", "'bus'", "[car]");
    }

    @Test
    void vocFilesThatAreWrongOrReachOutAreRefused() throws IOException {
        voc("a", "car", 1, 1, 7, 5, 0);
        voc("c", "car", 1, 1, 7, 5, 0);
        assertRefused(voc(null), "b.png has no annotation", "b.xml");
        write(
                "voc/sub/b.xml",
                "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><annotation><object>"
                        + "<name>&e;</name></object></annotation>");
        assertRefused(voc(null), "b.xml", "DOCTYPE is disallowed");
        write("voc/sub/b.xml", "<annotation><object><name>x</name></object></annotation>");
        assertRefused(voc(null), "b.xml has an object without bndbox");
        voc("sub/b", "car", 5, 1, 4, 5, 0);
        assertRefused(voc(null), "b.xml has an object whose bndbox is empty");
        write("voc/sub/b.xml", "<annotation>");
        assertRefused(voc(null), "b.xml cannot be read");
    }

    @Test
    void cocoBoxesCountClassesInTheOrderOfTheirIds() throws IOException {
        write("coco.json", coco("[1, 2, 3, 4]", 3));

        var set = open(coco("coco.json", null));

        assertThat(set.classNames()).containsExactly("person", "car");
        assertThat(boxes(set))
                .containsExactly(
                        List.of(new Box(1, 1, 2, 4, 6, false), new Box(0, 0, 0, 2, 2, true)),
                        List.of());
        assertThat(set.image(1).channels()).isEqualTo(1);
        var named = open(coco("coco.json", List.of("bicycle", "car", "person")));
        assertThat(boxes(named).get(0).get(1).label()).isEqualTo(2);
    }

    @Test
    void aCocoFileThatIsWrongIsRefused() throws IOException {
        write("coco.json", coco("[1, 2, 3]", 3));
        assertRefused(coco("coco.json", null), "annotation 7 without bbox of four numbers");
        write("coco.json", coco("[1, 2, 3, 4]", 4));
        assertRefused(coco("coco.json", null), "annotation 7 of category 4 in image 20");
        write("coco.json", "{\"images\": []}");
        assertRefused(coco("coco.json", null), "lacks images, annotations or categories");
        write("coco.json", "[");
        assertRefused(coco("coco.json", null), "is no COCO JSON");
    }

    @Test
    void imagesWithoutSubFoldersHaveNoAnnotations() throws IOException {
        Files.delete(folder.resolve("images/sub/b.png"));
        Files.delete(folder.resolve("images/sub"));

        var set = open(new Folder("images"));

        assertThat(set.size()).isEqualTo(2);
        assertThat(set.annotations()).isEmpty();
    }

    @Test
    void imagesBesideClassFoldersAreRefused() {
        assertRefused(new Folder("images"), "holds images beside its sub-folders", "a.png");
    }

    @Test
    void classFoldersCanBeGivenTheModelsOrder() throws IOException {
        copy("rgb.png", "c/stop/1.png");
        copy("rgb.png", "c/go/1.png");

        var set = open(Folder.builder("c").classes(List.of("stop", "go")).build());

        assertThat(set.labels()).contains(new int[] {1, 0});
        assertThat(set.classNames()).containsExactly("stop", "go");
        copy("rgb.png", "c/.thumbnails/1.png");
        assertThat(open(new Folder("c")).classNames()).containsExactly("go", "stop");
        assertRefused(Folder.builder("c").classes(List.of("stop")).build(), "go", "none of [stop]");
    }

    @Test
    void twoImagesOfOneNameAreRefusedWhereTheNameCounts() throws IOException {
        copy("rgb.png", "images/c.png");
        copy("grey2.png", "masks/c.png");

        assertRefused(masks(null), "Two images are called c");
    }

    private ImageSet open(Folder source) {
        return ImageSources.open(source, folder);
    }

    private void assertRefused(Folder source, String... why) {
        assertThatThrownBy(() -> open(source))
                .isInstanceOf(FailureException.class)
                .hasMessageContainingAll(why);
    }

    private static float[][] values(ImageSet set) {
        return ((Annotations.Values) set.annotations().orElseThrow()).values();
    }

    private static List<List<Box>> boxes(ImageSet set) {
        return ((Annotations.Boxes) set.annotations().orElseThrow()).boxes();
    }

    private static Folder labels(String csv, Columns columns, List<String> classes) {
        return Folder.builder("images").labels(csv).columns(columns).classes(classes).build();
    }

    private static Folder targets(String csv, Columns columns) {
        return Folder.builder("images").targets(csv).columns(columns).build();
    }

    private static Folder masks(String list) {
        return Folder.builder("images").masks("masks").list(list).build();
    }

    private static Folder voc(List<String> classes) {
        return Folder.builder("images").voc("voc").classes(classes).build();
    }

    private static Folder coco(String json, List<String> classes) {
        return Folder.builder("images").coco(json).classes(classes).build();
    }

    private void voc(String image, String name, int x1, int y1, int x2, int y2, int difficult)
            throws IOException {
        write(
                "voc/" + image + ".xml",
                """
                <annotation>
                  <size><width>7</width><height>5</height><depth>3</depth></size>
                  <object>
                    <name>%s</name><difficult>%d</difficult>
                    <part><name>wheel</name><bndbox><xmin>1</xmin></bndbox></part>
                    <bndbox><xmin>%d</xmin><ymin>%d</ymin><xmax>%d</xmax><ymax>%d</ymax></bndbox>
                  </object>
                </annotation>
                """
                        .formatted(name, difficult, x1, y1, x2, y2));
    }

    private static String coco(String bbox, int category) {
        return """
        {"info": {"year": 2026}, "images": [
           {"id": 20, "file_name": "a.png", "width": 7, "height": 5},
           {"id": 10, "file_name": "sub/b.png"}],
         "annotations": [
           {"id": 7, "image_id": 20, "category_id": %d, "bbox": %s, "segmentation": [[1, 2]]},
           {"id": 8, "image_id": 20, "category_id": 1, "bbox": [0, 0, 2, 2], "iscrowd": 1},
           {"id": 9, "image_id": 20, "category_id": 1, "bbox": [3, 0, 0, 2], "iscrowd": 0}],
         "categories": [{"id": 3, "name": "car"}, {"id": 1, "name": "person"}]}
        """
                .formatted(category, bbox);
    }

    private void copy(String from, String to) throws IOException {
        write(to, PythonFixtures.bytes(from));
    }

    private void write(String name, String text) throws IOException {
        write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private void write(String name, byte[] bytes) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.write(folder.resolve(name), bytes);
    }
}
