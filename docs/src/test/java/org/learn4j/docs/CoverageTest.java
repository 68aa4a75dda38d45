package org.learn4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every public type of core, hooks, tabular and vision that a user meets is used in some snippet. */
class CoverageTest {
    private static final List<Path> SOURCES = Stream.of("core", "hooks", "tabular", "vision")
            .map(module -> Path.of("..", module, "src", "main", "java"))
            .toList();
    private static final Pattern PUBLIC = Pattern.compile(
            "^public (?:(?:final|abstract|sealed|non-sealed) )*(?:class|interface|record|enum) (\\w+)",
            Pattern.MULTILINE);
    private static final Pattern COMMENT = Pattern.compile("//.*");

    /** For those who extend the library or test it, or met under another name: see their own documentation. */
    private static final Set<String> NOT_SHOWN = Set.of(
            // implementations of Kernels, and how they are found
            "KernelsProvider",
            "Nd4jKernels",
            "Nd4jKernelsProvider",
            "OneDnnKernelsProvider",
            // shared by the packages of tabular
            "KeyCodes",
            // what models of other modules implement
            "MixesWithin",
            // the methods of Tensor by kind
            "Elementwise",
            "LinearAlgebra",
            "Movement",
            "Reductions",
            // what Tensor and Tape are made of
            "Operators",
            "TapeOperators",
            "OpCatalog",
            "Storage",
            // for tests of what happens without memory
            "AllocationFaults");

    @Test
    void every_type_is_shown_or_listed_as_not_shown() throws IOException {
        String snippets = snippets();
        Predicate<String> shown =
                type -> Pattern.compile("\\b" + type + "\\b").matcher(snippets).find();
        Set<String> types = publicTypes();
        assertThat(types).hasSizeGreaterThan(100);
        assertThat(types.stream().filter(shown.negate()))
                .as("public types that no snippet uses")
                .containsExactlyInAnyOrderElementsOf(NOT_SHOWN);
    }

    private static String snippets() throws IOException {
        try (Stream<Path> guide = Files.list(Path.of("guide"))) {
            StringBuilder all = new StringBuilder();
            for (Path page :
                    guide.filter(file -> file.toString().endsWith(".md")).toList()) {
                all.append(Page.read(page).snippets());
            }
            return COMMENT.matcher(all).replaceAll("");
        }
    }

    private static Set<String> publicTypes() throws IOException {
        Set<String> types = new TreeSet<>();
        for (Path module : SOURCES) {
            try (Stream<Path> files = Files.walk(module)) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    Matcher type = PUBLIC.matcher(Files.readString(file));
                    if (type.find()) {
                        types.add(type.group(1));
                    }
                }
            }
        }
        return types;
    }
}
