package io.pitlane.cli;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.pitlane.contract.plan.PlanReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DocsTest {
    private static final Path ROOT = Path.of(System.getProperty("pitlane.root"));
    private static final Pattern BLOCK =
            Pattern.compile("^```(\\w+)\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("!?\\[[^]]*]\\(([^)#\\s]*)(#[^)\\s]*)?\\)");
    private static final Pattern PICTURE = Pattern.compile("src(?:set)?=\"([^\"]+)\"");
    private static final Pattern CONFIG_METHOD =
            Pattern.compile(
                    "(?:@WithName\\(\"([^\"]+)\"\\)\\s+)?(?:@WithDefault\\(\"[^\"]*\"\\)\\s+)?"
                            + "([\\w<>]+) (\\w+)\\(\\);");
    private static final Pattern CONFIG_SECTION =
            Pattern.compile(
                    "^    interface (\\w+) \\{(.*?)^    }", Pattern.MULTILINE | Pattern.DOTALL);

    @Test
    void everyCommandInTheDocsParses() {
        var commands = commands();

        assertThat(commands).isNotEmpty();
        for (var command : commands) {
            var arguments = command.replaceAll("\\s+#.*", "").split("\\s+");
            assertThatCode(
                            () ->
                                    Pitlane.commandLine()
                                            .parseArgs(
                                                    List.of(arguments)
                                                            .subList(1, arguments.length)
                                                            .toArray(String[]::new)))
                    .as(command)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void everyPlanInTheDocsIsValid() {
        var plans = blocks("yaml").filter(text -> text.contains("\nsteps:")).toList();

        assertThat(plans).isNotEmpty();
        assertThat(plans)
                .allSatisfy(
                        plan ->
                                assertThatCode(() -> PlanReader.read(plan))
                                        .doesNotThrowAnyException());
    }

    @Test
    void everyRelativeLinkHasATarget() {
        for (var page : pages()) {
            var targets =
                    matches(LINK, read(page))
                            .map(link -> link.group(1))
                            .filter(target -> !target.isEmpty() && !target.contains(":"))
                            .toList();
            assertThat(targets)
                    .as(page.toString())
                    .allSatisfy(target -> assertThat(page.resolveSibling(target)).exists());
        }
    }

    @Test
    void everyPictureExistsAndIsSmall() throws IOException {
        var pictures = new TreeSet<Path>();
        for (var page : pages()) {
            matches(PICTURE, read(page))
                    .map(picture -> page.resolveSibling(picture.group(1)).normalize())
                    .forEach(pictures::add);
        }

        long bytes = 0;
        for (var picture : pictures) {
            assertThat(picture).exists();
            assertThat(Files.size(picture)).as(picture.toString()).isLessThan(100_000);
            bytes += Files.size(picture);
        }
        assertThat(pictures).isNotEmpty();
        assertThat(bytes).isLessThan(500_000);
    }

    @Test
    void theConfigurationPageListsExactlyTheExistingSettings() {
        var documented =
                matches(
                                Pattern.compile("`(pitlane\\.[\\w.-]*\\w)`"),
                                read(ROOT.resolve("docs/reference/configuration.md")))
                        .map(setting -> setting.group(1))
                        .collect(toCollection(TreeSet::new));

        assertThat(documented).isEqualTo(settings());
    }

    private static List<String> commands() {
        return blocks("sh")
                .flatMap(String::lines)
                .map(String::strip)
                .filter(line -> line.startsWith("./pitlane"))
                .toList();
    }

    private static Set<String> settings() {
        var settings = new TreeSet<String>();
        for (var file : sources()) {
            var text = read(file);
            if (file.toString().endsWith(".properties")) {
                matches(Pattern.compile("^(pitlane\\.[\\w.-]+)=", Pattern.MULTILINE), text)
                        .forEach(setting -> settings.add(setting.group(1)));
            } else if (text.contains("@ConfigMapping(prefix = \"pitlane\")")) {
                settings.addAll(mapped(text));
            }
        }
        return settings;
    }

    private static List<String> mapped(String mapping) {
        var sections = new ArrayList<String>();
        matches(CONFIG_SECTION, mapping).forEach(section -> sections.add(section.group(1)));
        var settings = new ArrayList<String>();
        matches(CONFIG_METHOD, CONFIG_SECTION.matcher(mapping).replaceAll(""))
                .forEach(
                        method -> {
                            if (sections.contains(method.group(2))) {
                                matches(CONFIG_METHOD, section(mapping, method.group(2)))
                                        .map(inner -> name(method) + "." + name(inner))
                                        .forEach(name -> settings.add("pitlane." + name));
                            } else {
                                settings.add("pitlane." + name(method));
                            }
                        });
        return settings;
    }

    private static String section(String mapping, String name) {
        return matches(CONFIG_SECTION, mapping)
                .filter(section -> section.group(1).equals(name))
                .map(section -> section.group(2))
                .findFirst()
                .orElseThrow();
    }

    private static String name(MatchResult method) {
        return method.group(1) != null
                ? method.group(1)
                : method.group(3).replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static Stream<String> blocks(String language) {
        return pages().stream()
                .flatMap(page -> matches(BLOCK, read(page)))
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2));
    }

    private static List<Path> pages() {
        var pages = new ArrayList<>(files(ROOT.resolve("docs"), ".md"));
        Stream.of("README.md", "CONTRIBUTING.md", "examples/README.md")
                .map(ROOT::resolve)
                .filter(Files::exists)
                .forEach(pages::add);
        return pages;
    }

    private static List<Path> sources() {
        var sources = new ArrayList<Path>();
        for (var folder : List.of(ROOT, ROOT.resolve("libs"))) {
            for (var main : mainFolders(folder)) {
                sources.addAll(files(main, ".properties"));
                sources.addAll(files(main, "Config.java"));
            }
        }
        return sources;
    }

    private static List<Path> mainFolders(Path modules) {
        try (var folders = Files.list(modules)) {
            return folders.map(module -> module.resolve("src/main"))
                    .filter(Files::isDirectory)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path folder, String ending) {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
