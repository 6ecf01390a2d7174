package io.pitlane.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The kustomizations and manifests in the folder of this module. */
final class KustomizeSources {
    static final Path ROOT = Path.of(System.getProperty("pitlane.root"), "k8s").normalize();
    private static final String FILE = "kustomization.yaml";

    private KustomizeSources() {}

    static Path folder(String name) {
        return ROOT.resolve(name);
    }

    /** Every folder with a kustomization. */
    static List<Path> folders() {
        return files().filter(file -> file.endsWith(FILE)).map(Path::getParent).sorted().toList();
    }

    /** Every file except tests and build output. */
    static Stream<Path> files() {
        try (var found = Files.walk(ROOT)) {
            return found
                    .filter(Files::isRegularFile)
                    .filter(file -> !file.startsWith(ROOT.resolve("src")))
                    .filter(file -> !file.startsWith(ROOT.resolve("target")))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Kustomization read(Path folder) {
        var file = folder.resolve(FILE);
        var documents = StrictYaml.documents(file);
        if (documents.size() != 1) {
            throw new AssertionError(file + " has " + documents.size() + " documents");
        }
        try {
            return StrictYaml.read(documents.get(0), Kustomization.class);
        } catch (JsonProcessingException e) {
            throw new AssertionError(file + ": " + e.getOriginalMessage(), e);
        }
    }

    /**
     * The objects of a kustomization and of all that it refers to, before any patch. A generated
     * ConfigMap has its name without the hash.
     */
    static Manifests sources(String folder) {
        var all = new ArrayList<Manifest>();
        var patches = new ArrayList<Patch>();
        for (var part : parts(folder(folder))) {
            var kustomization = read(part);
            for (var resource : kustomization.resources()) {
                var file = part.resolve(resource).normalize();
                if (Files.isRegularFile(file)) {
                    StrictYaml.documents(file).forEach(node -> all.add(manifest(file, node)));
                }
            }
            kustomization.configMapGenerator().forEach(map -> merge(all, configMap(part, map)));
            patches.addAll(patches(part));
        }
        return new Manifests("sources of " + folder, List.copyOf(all), List.copyOf(patches));
    }

    private static List<Patch> patches(Path folder) {
        return read(folder).patches().stream()
                .flatMap(
                        patch -> {
                            var file = folder.resolve(patch.path()).normalize();
                            return StrictYaml.documents(file).stream()
                                    .map(
                                            node ->
                                                    new Patch(
                                                            ROOT.relativize(file).toString(),
                                                            node,
                                                            patch.target()));
                        })
                .toList();
    }

    /** A folder and all that it refers to, each once, in the order of dependence. */
    static Set<Path> parts(Path folder) {
        var parts = new LinkedHashSet<Path>();
        collect(folder.normalize(), parts);
        return parts;
    }

    private static void collect(Path folder, Set<Path> parts) {
        var kustomization = read(folder);
        Stream.concat(kustomization.resources().stream(), kustomization.components().stream())
                .map(other -> folder.resolve(other).normalize())
                .filter(Files::isDirectory)
                .forEach(other -> collect(other, parts));
        parts.add(folder);
    }

    private static Manifest manifest(Path file, JsonNode node) {
        return new Manifest(ROOT.relativize(file).toString(), node);
    }

    private static Manifest configMap(Path folder, Kustomization.ConfigMap map) {
        var node = JsonNodeFactory.instance.objectNode().put("apiVersion", "v1");
        node.put("kind", "ConfigMap").putObject("metadata").put("name", map.name());
        var data = node.putObject("data");
        Stream.concat(
                        map.envs().stream().flatMap(env -> lines(folder.resolve(env))),
                        map.literals().stream())
                .map(line -> line.split("=", 2))
                .forEach(pair -> data.put(pair[0], pair[1]));
        map.files()
                .forEach(
                        file ->
                                data.put(
                                        Path.of(file).getFileName().toString(),
                                        text(folder.resolve(file))));
        return manifest(folder.resolve(FILE), node);
    }

    /** Adds a ConfigMap, or its entries to the ConfigMap of that name. */
    private static void merge(List<Manifest> all, Manifest map) {
        for (int i = 0; i < all.size(); i++) {
            var before = all.get(i);
            if (before.is("ConfigMap") && before.name().equals(map.name())) {
                var node = before.node().deepCopy();
                ((com.fasterxml.jackson.databind.node.ObjectNode) node.get("data"))
                        .setAll(
                                (com.fasterxml.jackson.databind.node.ObjectNode)
                                        map.node().get("data"));
                all.set(i, new Manifest(map.source(), node));
                return;
            }
        }
        all.add(map);
    }

    private static Stream<String> lines(Path file) {
        return text(file).lines().filter(line -> !line.isBlank() && !line.startsWith("#"));
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
