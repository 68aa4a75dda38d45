package org.learn4j.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The Java of one page of the guide, as one program: the blocks marked {@code java} follow each other in one method, so that a
 * later block uses what an earlier one made. Imports may stand in any block; what follows a line that starts with
 * {@code static} becomes a member of the class.
 */
final class Page {
    private final Path file;
    private final List<String> imports = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();
    private final StringBuilder members = new StringBuilder();
    private int blocks;

    private Page(Path file) {
        this.file = file;
    }

    static Page read(Path file) throws IOException {
        Page page = new Page(file);
        boolean inside = false;
        int number = 0;
        StringBuilder into = page.body;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (line.equals("```java")) {
                inside = true;
                page.blocks++;
                into = page.body;
                into.append("// ")
                        .append(file.getFileName())
                        .append(':')
                        .append(number)
                        .append('\n');
            } else if (line.startsWith("```")) {
                inside = false;
            } else if (inside && line.startsWith("import ")) {
                page.imports.add(line);
            } else if (inside) {
                into = line.startsWith("static ") ? page.members : into;
                into.append(line).append('\n');
            }
        }
        return page;
    }

    int blocks() {
        return blocks;
    }

    String className() {
        StringBuilder name = new StringBuilder("Page_");
        for (char c : file.getFileName().toString().replace(".md", "").toCharArray()) {
            name.append(Character.isJavaIdentifierPart(c) ? c : '_');
        }
        return name.toString();
    }

    /** Returns the Java of all blocks. */
    String snippets() {
        return body.toString() + members;
    }

    /** Returns the program; {@code folder} is the variable snippets read and write their files in. */
    String source() {
        return """
                import java.nio.file.Path;
                import java.util.*;
                import org.learn4j.autograd.*;
                import org.learn4j.callback.*;
                import org.learn4j.data.*;
                import org.learn4j.hooks.*;
                import org.learn4j.kernel.*;
                import org.learn4j.learn.*;
                import org.learn4j.loss.*;
                import org.learn4j.metric.*;
                import org.learn4j.nn.*;
                import org.learn4j.optim.*;
                import org.learn4j.persist.*;
                import org.learn4j.plot.*;
                import org.learn4j.schedule.*;
                import org.learn4j.tabular.*;
                import org.learn4j.tabular.feature.*;
                import org.learn4j.tabular.table.*;
                import org.learn4j.tensor.*;
                import org.learn4j.vision.*;
                import org.learn4j.vision.augment.*;
                import org.learn4j.vision.data.*;
                import org.learn4j.vision.image.*;
                import org.learn4j.vision.model.*;
                import org.learn4j.weights.*;
                import tech.tablesaw.api.Table;
                import static org.learn4j.learn.FitOptions.weightDecay;
                """
                + String.join("\n", imports)
                + "\npublic final class "
                + className()
                + " {\n    public static void main(Path folder) throws Exception {\n"
                + body
                + "    }\n"
                + members
                + "}\n";
    }
}
