package io.pitlane.contract.plan.schema;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The options in the tables of docs/reference/plan.md, by the heading of their section and their
 * dotted name in it. A row may name several options, and one of a form, as {@code classes: {INDEX:
 * {maxRecallDrop: X}}}, names {@code classes.INDEX.maxRecallDrop}.
 */
final class ReferenceTables {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9]*");
    private static final Pattern FORM =
            Pattern.compile(
                    "([A-Za-z][A-Za-z0-9.]*)(?:: \\{([A-Za-z]+)(?:: \\{([A-Za-z]+): .*)?)?.*");

    private static final Set<String> NO_DEFAULT = Set.of("required", "none", "see below");

    private final Map<String, Map<String, Entry>> sections = new HashMap<>();
    private final Map<String, StringBuilder> code = new HashMap<>();

    /**
     * What the page says about an option.
     *
     * @param meaning one or more sentences
     * @param fallback its default in words; empty for none, and where a row names several options
     */
    record Entry(String meaning, String fallback) {}

    /**
     * Reads the page.
     *
     * @param page in Markdown
     */
    ReferenceTables(String page) {
        var section = "";
        var header = List.<String>of();
        for (var line : page.lines().toList()) {
            if (line.startsWith("#")) {
                section = line.replaceFirst("#+ ", "");
            }
            if (!line.startsWith("|")) {
                header = List.of();
            } else if (header.isEmpty()) {
                header = cells(line);
            } else if (!line.startsWith("|--")) {
                row(section, header, cells(line));
            }
            var names = code.computeIfAbsent(section, s -> new StringBuilder());
            CODE.matcher(line).results().forEach(found -> names.append(found.group(1)).append(' '));
        }
    }

    private void row(String section, List<String> header, List<String> cells) {
        var fallback = "";
        var meaning = "";
        for (int i = 1; i < cells.size(); i++) {
            if (header.get(i).equals("default")) {
                fallback = plain(cells.get(i));
            } else {
                meaning = sentence(cells.get(i));
            }
        }
        var entry = new Entry(meaning, NO_DEFAULT.contains(fallback) ? "" : fallback);
        var names = CODE.matcher(cells.get(0)).results().flatMap(c -> name(c.group(1))).toList();
        var several = new Entry(meaning, "");
        for (var name : names) {
            sections.computeIfAbsent(section, s -> new HashMap<>())
                    .putIfAbsent(name, names.size() > 1 ? several : entry);
        }
    }

    private static Stream<String> name(String form) {
        var found = FORM.matcher(form);
        return found.matches()
                ? Stream.of(
                        Stream.of(found.group(1), found.group(2), found.group(3))
                                .filter(part -> part != null && found.group(3) != null)
                                .reduce((outer, inner) -> outer + "." + inner)
                                .orElse(found.group(1)))
                : Stream.empty();
    }

    /** The cells of a row; a pipe in code is none of its borders. */
    private static List<String> cells(String line) {
        return Stream.of(line.substring(1, line.lastIndexOf('|')).split("(?<!\\\\)\\|"))
                .map(cell -> cell.strip().replace("\\|", "|"))
                .toList();
    }

    private static String plain(String markdown) {
        return markdown.replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                .replaceAll("`|\\*\\*", "")
                .replace(", see below", "");
    }

    /** Begins with a capital letter, unless it begins with a value, and ends with a full stop. */
    private static String sentence(String markdown) {
        var text = plain(markdown);
        if (text.isEmpty()) {
            return text;
        }
        var begin =
                markdown.startsWith("`") ? text.charAt(0) : Character.toUpperCase(text.charAt(0));
        return begin + text.substring(1) + (text.endsWith(".") ? "" : ".");
    }

    /** What the page says about an option. */
    Optional<Entry> of(String section, String name) {
        return Optional.ofNullable(sections.getOrDefault(section, Map.of()).get(name));
    }

    /** Whether a section has the name of an option in code. */
    boolean mentions(String section, String name) {
        return NAME.matcher(code.getOrDefault(section, new StringBuilder()))
                .results()
                .anyMatch(found -> found.group().equals(name));
    }
}
