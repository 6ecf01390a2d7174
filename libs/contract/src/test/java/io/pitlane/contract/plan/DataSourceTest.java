package io.pitlane.contract.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.TfRecordSource;
import io.pitlane.contract.json.ContractJson;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataSourceTest {

    @Test
    void aFolderIsToldByWhatStandsBesideIt() {
        assertThat(read("{folder: images}")).isEqualTo(new DataSource.Folder("images"));
        assertThat(read("{labels: labels.csv, folder: images}"))
                .isEqualTo(DataSource.Folder.builder("images").labels("labels.csv").build());
        var columns = new DataSource.Folder.Columns("frame", null, List.of("steering", "speed"));
        assertThat(
                        read(
                                "{folder: images, targets: log.csv, columns: {file: frame, values:"
                                        + " [steering, speed]}}"))
                .isEqualTo(
                        DataSource.Folder.builder("images")
                                .targets("log.csv")
                                .columns(columns)
                                .build());
    }

    @Test
    void oneTfRecordFileNeedsNoBrackets() {
        assertThat(read("{tfrecord: train.tfrecord}"))
                .isEqualTo(read("{tfrecord: [train.tfrecord]}"))
                .isEqualTo(new TfRecordSource(List.of("train.tfrecord"), null, null, null));
    }

    @Test
    void keysThatAreLeftOutHaveTheirUsualNames() {
        var source =
                (TfRecordSource) read("{tfrecord: t, keys: {label: label}, annotations: classes}");

        assertThat(source.keys().label()).isEqualTo("label");
        assertThat(source.keys().image()).isEqualTo("image/encoded");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{images: a, labels: b}",
                "{images: a}",
                "{folder: a}",
                "{folder: a, masks: b, list: c}",
                "{folder: a, voc: b, classes: [car, person]}",
                "{folder: a, coco: b}",
                "{cifar10: a}",
                "{npz: a}",
                "{npz: a, keys: {images: x_train, labels: y_train}}",
                "{tfrecord: [a, b], firstClass: 1, annotations: boxes}",
                "{tfrecord: a, annotations: values, keys: {values: [steering]}}"
            })
    void everyFormSurvivesTheWayThroughJsonAndKeepsEveryPath(String form) throws Exception {
        var source = read(form);

        var json = ContractJson.MAPPER.writeValueAsString(source);
        var moved = source.mapPaths(path -> "in/" + path);

        assertThat(ContractJson.MAPPER.readValue(json, DataSource.class)).isEqualTo(source);
        assertThat(moved.paths())
                .hasSameSizeAs(source.paths())
                .allSatisfy((field, path) -> assertThat(path).startsWith("in/"));
        assertThat(moved.mapPaths(path -> path.substring(3))).isEqualTo(source);
    }

    @Test
    void everyPathIsNamedByItsField() {
        assertThat(read("{folder: a, masks: b, list: c}").paths())
                .isEqualTo(Map.of("folder", "a", "masks", "b", "list", "c"));
        assertThat(read("{tfrecord: [a, b]}").paths().keySet())
                .containsExactly("tfrecord[0]", "tfrecord[1]");
    }

    @Test
    void patternsAreReplacedByTheFilesTheyStandFor() {
        var source = read("{tfrecord: [\"train-*\", last]}");

        var expanded =
                source.expandPatterns(
                        path -> path.contains("*") ? List.of("train-0", "train-1") : List.of(path));

        assertThat(expanded).isEqualTo(read("{tfrecord: [train-0, train-1, last]}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {foldr: a}                                  | data.train: must be {images: FILE
                    {labels: a}                                 | data.train: must be {images: FILE
                    {folder: a, lables: b}                      | data.train.lables: unknown field 'lables'; did you mean 'labels'?
                    {folder: a, labels: b, masks: c}            | data.train: must have at most one of labels
                    {masks: c}                                  | data.train.folder: is missing
                    {folder: a, columns: {file: f}}             | data.train.columns: goes with labels or targets
                    {folder: a, targets: t, columns: {label: f}} | data.train.columns.label: goes with labels
                    {folder: a, labels: t, columns: {values: [f]}} | data.train.columns.values: must be one or more columns of targets
                    {folder: a, masks: m, classes: [x]}         | data.train.classes: goes with
                    {folder: a, voc: m, classes: [x, x]}        | data.train.classes: must be different names
                    {folder: a, coco: c, list: l}               | data.train.list: goes with masks or voc
                    {tfrecord: []}                              | data.train.tfrecord: is missing
                    {tfrecord: a, annotations: boxs}            | data.train.annotations: unknown value 'boxs'; did you mean 'boxes'?
                    {tfrecord: a, annotations: values}          | data.train.keys.values: is missing
                    {tfrecord: a, keys: {lable: x}}             | data.train.keys.lable: unknown field 'lable'; did you mean 'label'?
                    {tfrecord: a, firstClass: -1}               | data.train.firstClass: must be between 0
                    {npz: a, keys: {labels: y, masks: z}}       | data.train.keys: must have at most one of
                    {folder: 's3://bucket/images'}              | data.train.folder: must be a path, but 's3://bucket/images' is a URL; download it, and name the file or folder on this machine
                    {images: i, labels: 'https://host/l.gz'}    | data.train.labels: must be a path, but 'https://host/l.gz' is a URL
                    {tfrecord: [a, 'gs://bucket/train-*']}      | data.train.tfrecord[1]: must be a path
                    {npz: 'file:///data/a.npz'}                 | data.train.npz: must be a path, but 'file:///data/a.npz' is a URL; write the path without 'file://'
                    images                                      | data.train
                    """)
    void aSourceThatCannotBeReadIsNamedWithWhatIsWrong(String form, String expected) {
        assertThatThrownBy(() -> read(form))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"C:/data", "a:b/c", "//server/share", "folder/https:"})
    void aPathThatOnlyLooksLikeAUrlIsTaken(String path) {
        assertThat(read("{folder: '" + path + "'}")).isEqualTo(new DataSource.Folder(path));
    }

    private static DataSource read(String form) {
        return PlanReader.read(
                        """
                        name: p
                        model: m
                        data:
                          train: %s
                          test: {folder: test}
                        """
                                .formatted(form))
                .data()
                .train();
    }
}
