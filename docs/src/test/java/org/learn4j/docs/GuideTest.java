package org.learn4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every snippet of the guide and the README compiles and runs. */
class GuideTest {
    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> every_page_compiles_and_runs() throws IOException {
        List<Path> pages = new ArrayList<>();
        try (Stream<Path> guide = Files.list(Path.of("guide"))) {
            guide.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        pages.add(Path.of("..", "README.md"));
        assertThat(pages).hasSizeGreaterThan(5);
        return pages.stream()
                .map(page -> DynamicTest.dynamicTest(page.getFileName().toString(), () -> run(page)));
    }

    private void run(Path file) throws Exception {
        Page page = Page.read(file);
        if (page.blocks() == 0) {
            return;
        }
        Path classes = Files.createDirectories(folder.resolve(page.className()));
        compile(page, classes);
        Path files = Files.createDirectories(folder.resolve(page.className() + "-files"));
        Fixtures.sales(files.resolve("sales.csv"));
        Fixtures.photos(files.resolve("pets"));
        Fixtures.weights(files.resolve("squeezenet1_1.safetensors"));
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()}, GuideTest.class.getClassLoader())) {
            loader.setDefaultAssertionStatus(true);
            loader.loadClass(page.className()).getMethod("main", Path.class).invoke(null, files);
        } catch (InvocationTargetException thrown) {
            StackTraceElement[] trace = thrown.getCause().getStackTrace();
            String line = Arrays.stream(trace)
                    .filter(element -> element.getClassName().equals(page.className()))
                    .findFirst()
                    .map(element -> page.source().lines().toList().get(element.getLineNumber() - 1))
                    .orElse("");
            throw new AssertionError(file.getFileName() + ": " + line.strip(), thrown.getCause());
        }
    }

    private static void compile(Page page, Path classes) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        JavaFileObject source =
                new SimpleJavaFileObject(
                        URI.create("string:///" + page.className() + ".java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return page.source();
                    }
                };
        boolean compiled;
        try (var files = compiler.getStandardFileManager(null, Locale.ROOT, null)) {
            compiled = compiler.getTask(
                            messages,
                            files,
                            null,
                            List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path")),
                            null,
                            List.of(source))
                    .call();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        assertThat(compiled).as("%s%n%s", messages, page.source()).isTrue();
    }
}
