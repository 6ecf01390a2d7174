package io.pitlane.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KustomizationTest {
    /** Files that are no part of a kustomization. */
    private static final Pattern OTHER = Pattern.compile("README\\.md|pom\\.xml|(local|images)/.*");

    @Test
    void everyReferencedFileExists() {
        assertThat(references()).allSatisfy(reference -> assertThat(reference).exists());
    }

    @Test
    void everyFileIsReferenced() {
        var referenced = references();
        var files =
                KustomizeSources.files()
                        .filter(f -> !f.endsWith("kustomization.yaml"))
                        .filter(
                                f ->
                                        !OTHER.matcher(
                                                        KustomizeSources.ROOT
                                                                .relativize(f)
                                                                .toString())
                                                .matches())
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(files).isNotEmpty().isSubsetOf(referenced);
    }

    @Test
    void everyComponentIsUsedOrOptional() {
        var used = new TreeSet<Path>();
        for (var overlay : overlays()) {
            used.addAll(KustomizeSources.parts(overlay));
        }
        var folders =
                KustomizeSources.folders().stream()
                        .filter(f -> !f.startsWith(KustomizeSources.folder("examples")))
                        .toList();

        assertThat(folders)
                .filteredOn(folder -> !used.contains(folder))
                .extracting(folder -> KustomizeSources.ROOT.relativize(folder).toString())
                .isSubsetOf("components/gpu/distill", "components/gpu/nas");
    }

    @Test
    void aComponentIsDeclaredAndUsedAsAComponent() {
        for (var folder : KustomizeSources.folders()) {
            var kustomization = KustomizeSources.read(folder);
            var component = kustomization.kind().equals("Component");
            assertThat(kustomization.apiVersion())
                    .as(folder.toString())
                    .isEqualTo("kustomize.config.k8s.io/" + (component ? "v1alpha1" : "v1beta1"));
            assertThat(kustomization.components())
                    .allSatisfy(used -> assertThat(kind(folder, used)).isEqualTo("Component"));
            assertThat(kustomization.resources())
                    .filteredOn(used -> Files.isDirectory(folder.resolve(used)))
                    .allSatisfy(used -> assertThat(kind(folder, used)).isEqualTo("Kustomization"));
        }
    }

    private static String kind(Path folder, String used) {
        return KustomizeSources.read(folder.resolve(used).normalize()).kind();
    }

    /** Kustomize skips a patch in silence whose target a component adds only later. */
    @Test
    void aComponentPatchesOnlyObjectsOfTheBase() {
        var base = KustomizeSources.sources("base").all();
        var components =
                KustomizeSources.folders().stream()
                        .filter(f -> KustomizeSources.read(f).kind().equals("Component"))
                        .map(f -> KustomizeSources.ROOT.relativize(f).toString())
                        .map(KustomizeSources::sources)
                        .toList();

        assertThat(components).isNotEmpty();
        assertThat(components)
                .flatExtracting(Manifests::patches)
                .isNotEmpty()
                .allSatisfy(patch -> assertThat(base).anyMatch(patch::appliesTo));
    }

    @Test
    void everyObjectIsDefinedOnce() {
        assertThat(overlays())
                .allSatisfy(
                        overlay ->
                                assertThat(
                                                KustomizeSources.sources(
                                                                KustomizeSources.ROOT
                                                                        .relativize(overlay)
                                                                        .toString())
                                                        .all())
                                        .extracting(Manifest::type, Manifest::name)
                                        .doesNotHaveDuplicates());
    }

    @Test
    void noSecretIsCommitted() {
        assertThat(manifests()).extracting(Manifest::kind).isNotEmpty().doesNotContain("Secret");
        // A kustomization with a secretGenerator has a field that Kustomization has not.
    }

    @Test
    void imagesArePlaceholdersThatNoNodeCanPull() {
        assertThat(KustomizeSources.sources("base").workloads())
                .extracting(workload -> Image.of(workload.container().getImage()))
                .isNotEmpty()
                .allMatch(Image::isPlaceholder);
    }

    @Test
    void noRegistryIsNamed() {
        var host =
                Pattern.compile(
                        "(image: *\"?|newName: *)(?!registry\\.invalid/)[\\w-]+(\\.[\\w-]+)+(:\\d+)?/");

        assertThat(KustomizeSources.files().filter(f -> f.toString().endsWith(".yaml")))
                .allSatisfy(f -> assertThat(KustomizeSources.text(f)).doesNotContainPattern(host));
    }

    private static List<Path> overlays() {
        return KustomizeSources.folders().stream()
                .filter(folder -> folder.startsWith(KustomizeSources.folder("overlays")))
                .toList();
    }

    private static List<Manifest> manifests() {
        return KustomizeSources.folders().stream()
                .map(folder -> KustomizeSources.ROOT.relativize(folder).toString())
                .flatMap(folder -> KustomizeSources.sources(folder).all().stream())
                .toList();
    }

    private static Set<Path> references() {
        var references = new TreeSet<Path>();
        for (var folder : KustomizeSources.folders()) {
            var kustomization = KustomizeSources.read(folder);
            var names = new ArrayList<String>();
            names.addAll(kustomization.resources());
            names.addAll(kustomization.components());
            kustomization.patches().forEach(patch -> names.add(patch.path()));
            kustomization
                    .configMapGenerator()
                    .forEach(
                            map ->
                                    Stream.concat(map.envs().stream(), map.files().stream())
                                            .forEach(names::add));
            names.forEach(name -> references.add(reference(folder, name)));
        }
        return references;
    }

    private static Path reference(Path folder, String name) {
        var path = folder.resolve(name).normalize();
        return Files.isDirectory(path) ? path.resolve("kustomization.yaml") : path;
    }
}
